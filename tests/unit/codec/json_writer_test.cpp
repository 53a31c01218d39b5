#include "codec/json_writer.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <limits>
#include <random>
#include <string>

using namespace eventmgr::codec;

TEST_CASE("a string is escaped where JSON asks for it and nowhere else") {
  CHECK(json_string("") == "\"\"");
  CHECK(json_string("größe / 語 \x7F") == "\"größe / 語 \x7F\"");
  CHECK(json_string("\"\\\b\f\n\r\t") == R"("\"\\\b\f\n\r\t")");
  CHECK(json_string(std::string("\0\x01\x1F", 3)) == R"("\u0000\u0001\u001f")");
}

TEST_CASE("every byte of ASCII, at every place of a word, reads back") {
  for (int c = 0; c < 0x80; ++c) {
    for (std::size_t at = 0; at < 20; ++at) {
      std::string text(20, 'x');
      text[at] = static_cast<char>(c);
      if (nlohmann::json::parse(json_string(text)).get<std::string>() != text) FAIL(c << " at " << at);
    }
  }
  SUCCEED();
}

TEST_CASE("numbers are written so that they read back") {
  const auto written = [](auto value) {
    std::string out;
    append_json_number(out, value);
    return out;
  };
  CHECK(written(0) == "0");
  CHECK(written(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(written(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(written(std::uint16_t{65535}) == "65535");
  CHECK(written(0.1) == "0.1");
  CHECK(written(1e300) == "1e+300");
  CHECK(written(std::numeric_limits<double>::infinity()) == "null");
  CHECK(written(std::numeric_limits<double>::quiet_NaN()) == "null");
}
