#include "core/filter/json_number.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <string>

namespace eventmgr {
namespace {

TEST_CASE("numbers are ordered by value, 64-bit integers exactly") {
  // Ascending; what is in one row is equal.
  const std::vector<std::vector<std::string_view>> rows{
      {"-1e400", "-1e999999999999999999999"},
      {"-1e300"},
      {"-18446744073709551616", "-1.8446744073709551616e19"},
      {"-18446744073709551615"},
      {"-9223372036854775809"},
      {"-9223372036854775808"},
      {"-9007199254740993"},
      {"-9007199254740992", "-9007199254740992.0"},
      {"-1.5"},
      {"-1", "-1.0", "-10e-1"},
      {"-0.5"},
      {"0", "-0", "0.0", "-0.0", "0e10", "1e-400", "-1e-999999999999999999999", "0.0000000001e-390"},
      {"0.1"},
      {"1", "1.0", "100e-2"},
      {"1.5"},
      {"2"},
      {"1000", "1e3", "1E+3"},
      {"9007199254740992", "9007199254740992.0"},
      {"9007199254740993"},
      {"9223372036854775807"},
      {"9223372036854775808"},
      {"18446744073709551614"},
      {"18446744073709551615"},
      {"18446744073709551616"},
      {"1e300"},
      {"1e400", "1000e397", "0.001e403", "1e999999999999999999999"},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows.size(); ++j) {
      for (const std::string_view a : rows[i]) {
        for (const std::string_view b : rows[j]) {
          CAPTURE(a, b);
          CHECK((json_number::parse(a) <=> json_number::parse(b)) == (i <=> j));
        }
      }
    }
  }
}

TEST_CASE("a number is written so that it reads back as the same") {
  for (const std::string_view text :
       {"0", "-1", "18446744073709551615", "-18446744073709551615", "0.1", "1e+300", "-2.5e-07", "9007199254740993"}) {
    CHECK(to_string(json_number::parse(text)) == text);
  }
  CHECK(to_string(json_number::parse("1e3")) == "1000");
  CHECK(to_string(json_number::parse("-0")) == "0");
}

TEST_CASE("what no double can hold is not finite") {
  CHECK(json_number::parse("1e308").is_finite());
  CHECK(json_number::parse("1e-400").is_finite());
  CHECK_FALSE(json_number::parse("1e309").is_finite());
  CHECK_FALSE(json_number::parse("-1" + std::string(400, '0')).is_finite());
}

}  // namespace
}  // namespace eventmgr
