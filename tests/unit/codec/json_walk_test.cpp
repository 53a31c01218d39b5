#include "codec/json_walk.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace eventmgr::codec;

TEST_CASE("the members of an object are given in order, their values whole") {
  member_walker walker{R"({"a":1,"b\"":"x,}\\","c":[{"d":"]"},[]],"e":{},"f":{"g":[1]},"h":null})"};
  std::vector<std::pair<std::string, std::string>> members;
  json_member each;
  while (walker.next(each)) members.emplace_back(each.raw_key, each.value);
  const std::vector<std::pair<std::string, std::string>> expected{
      {"a", "1"},  {"b\\\"", R"("x,}\\")"}, {"c", R"([{"d":"]"},[]])"},
      {"e", "{}"}, {"f", R"({"g":[1]})"},   {"h", "null"}};
  CHECK(members == expected);
}

TEST_CASE("the elements of an array are given in order") {
  element_walker walker{R"([1,"a,b",[2,3],{"x":[]},true])"};
  std::vector<std::string> elements;
  std::string_view each;
  while (walker.next(each)) elements.emplace_back(each);
  CHECK(elements == std::vector<std::string>{"1", "\"a,b\"", "[2,3]", R"({"x":[]})", "true"});
}

TEST_CASE("empty containers have nothing in them") {
  json_member member;
  CHECK_FALSE(member_walker{"{}"}.next(member));
  std::string_view element;
  CHECK_FALSE(element_walker{"[]"}.next(element));
}

TEST_CASE("escapes are given their meaning") {
  struct row {
    std::string raw;
    std::string expected;
  };
  const std::vector<row> rows{
      {"", ""},
      {"plain", "plain"},
      {R"(\"\\\/\b\f\n\r\t)", "\"\\/\b\f\n\r\t"},
      {R"(a\u0041z)", "aAz"},
      {R"(\u00E9\u20ac\uD83D\ude00)", "é€😀"},
      {R"(\u0000)", std::string(1, '\0')},
  };
  for (const row& each : rows) {
    INFO(each.raw);
    CHECK(unescape(each.raw) == each.expected);
    CHECK(string_value('"' + each.raw + '"') == each.expected);
  }
  CHECK_FALSE(string_value("1"));
  CHECK_FALSE(string_value("null"));
}
