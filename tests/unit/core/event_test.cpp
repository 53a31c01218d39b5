#include <eventmgr/event.hpp>

#include <catch2/catch.hpp>

using namespace eventmgr;

TEST_CASE("a priority reads back from its name in any case and from its digit") {
  struct row {
    const char* text;
    std::optional<priority> expected;
  };
  const row rows[] = {
      {"CRITICAL", priority::critical}, {"high", priority::high}, {"Normal", priority::normal}, {"lOW", priority::low},
      {"0", priority::critical},        {"3", priority::low},     {"4", std::nullopt},          {"", std::nullopt},
      {"HIGHER", std::nullopt},         {"02", std::nullopt},     {" LOW", std::nullopt},       {"-1", std::nullopt},
  };
  for (const row& each : rows) {
    INFO(each.text);
    CHECK(parse_priority(each.text) == each.expected);
  }
  for (int i = 0; i < 4; ++i) CHECK(parse_priority(to_string(static_cast<priority>(i))) == static_cast<priority>(i));
}
