#include "config/value.hpp"

#include <catch2/catch.hpp>

#include <limits>

using namespace eventmgr::config;
using namespace std::chrono_literals;

TEST_CASE("whole numbers are plain decimal digits") {
  const auto [text, expected] = GENERATE(table<std::string, std::optional<std::uint64_t>>({
      {"0", 0},
      {"3004", 3004},
      {"18446744073709551615", std::numeric_limits<std::uint64_t>::max()},
      {"18446744073709551616", std::nullopt},
      {"", std::nullopt},
      {"-1", std::nullopt},
      {"+1", std::nullopt},
      {" 1", std::nullopt},
      {"1.0", std::nullopt},
      {"0x10", std::nullopt},
      {"010", std::nullopt},
      {"1e3", std::nullopt},
  }));
  CAPTURE(text);
  CHECK(parse_whole_number(text) == expected);
}

TEST_CASE("sizes take binary units and refuse what does not fit") {
  const auto [text, expected] = GENERATE(table<std::string, std::optional<std::uint64_t>>({
      {"4096", 4096},
      {"64KiB", 64 * 1024},
      {"1MiB", 1024 * 1024},
      {"2GiB", 2ULL * 1024 * 1024 * 1024},
      {"17179869183GiB", 17179869183ULL << 30U},
      {"17179869184GiB", std::nullopt},
      {"64 KiB", std::nullopt},
      {"64kib", std::nullopt},
      {"64KB", std::nullopt},
      {"1.5MiB", std::nullopt},
      {"MiB", std::nullopt},
  }));
  CAPTURE(text);
  CHECK(parse_size(text) == expected);
}

TEST_CASE("durations are milliseconds or have a unit") {
  const auto [text, expected] = GENERATE(table<std::string, std::optional<std::chrono::milliseconds>>({
      {"5000", 5000ms},
      {"0", 0ms},
      {"500ms", 500ms},
      {"5s", 5s},
      {"2m", 2min},
      {"1h", 1h},
      {"5 s", std::nullopt},
      {"-5s", std::nullopt},
      {"five", std::nullopt},
      {"18446744073709551615", std::nullopt},
  }));
  CAPTURE(text);
  CHECK(parse_milliseconds(text) == expected);
}

TEST_CASE("booleans are true and false only") {
  CHECK(parse_boolean("true") == true);
  CHECK(parse_boolean("false") == false);
  for (const auto* text : {"yes", "no", "on", "True", "1", ""}) CHECK_FALSE(parse_boolean(text).has_value());
}

TEST_CASE("sizes are written in the largest unit that divides them") {
  CHECK(format_size(64ULL << 20U) == "64MiB");
  CHECK(format_size(1536) == "1536");
  CHECK(format_size(3ULL << 30U) == "3GiB");
  CHECK(format_size(0) == "0");
}
