#include <eventmgr/position.hpp>

#include <catch2/catch.hpp>

using namespace eventmgr;

TEST_CASE("a position reads back from its text") {
  const position places[] = {
      {},
      {{offset{0}}},
      {{offset{1}, offset{35}, offset{36}}},
      {{offset{UINT64_MAX}, offset{0}}},
      {std::vector<offset>(64, offset{123456789})},
  };
  for (const position& place : places) {
    const std::string text = to_string(place);
    INFO(text);
    CHECK(parse_position(text) == place);
    CHECK(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string::npos);
  }
  CHECK(to_string(position{{offset{71}, offset{0}}}) == "p1-1z.0");
}

TEST_CASE("text that no position has is refused") {
  const std::string too_many = "p1-" + std::string(2048, '.');
  for (const std::string& text : std::vector<std::string>{"", "p1", "p2-1", "1", "p1-.", "p1-1.", "p1-.1", "p1-01",
                                                          "p1-1Z", "p1-A", "p1- 1", "p1-1 ", "p1-+1", "p1--1", "p1-1,2",
                                                          "p1-3w5e11264sgsg", "p1-zzzzzzzzzzzzz", too_many}) {
    INFO(text);
    CHECK_FALSE(parse_position(text));
  }
}
