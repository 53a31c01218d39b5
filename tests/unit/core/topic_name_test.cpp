#include <eventmgr/topic.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace eventmgr;

namespace {

std::string levels(std::size_t count) {
  std::string text = "a";
  for (std::size_t i = 1; i < count; ++i) text += "/a";
  return text;
}

}  // namespace

TEST_CASE("a topic is stored with slashes between its levels") {
  struct row {
    std::string text;
    std::string expected;
  };
  const std::vector<row> rows{
      {"project", "project"},
      {"project.created", "project/created"},
      {"project/member.added", "project/member/added"},
      {"A-b_9", "A-b_9"},
      {"größe/日本語/नमस्ते", "größe/日本語/नमस्ते"},
      {levels(32), levels(32)},
      {std::string(500, 'x'), std::string(500, 'x')},
  };
  for (const row& each : rows) {
    INFO(each.text);
    const auto topic = topic_name::parse(each.text);
    REQUIRE(topic.has_value());
    CHECK(topic->str() == each.expected);
  }
}

TEST_CASE("a topic that breaks a rule is refused by the name of the rule") {
  struct row {
    std::string text;
    std::string rule;
  };
  const std::vector<row> rows{
      {"", "1 to 500 bytes"},
      {std::string(501, 'x'), "1 to 500 bytes"},
      {levels(33), "at most 32 levels"},
      {"/a", "empty level"},
      {"a/", "empty level"},
      {"a//b", "empty level"},
      {"a./b", "empty level"},
      {".", "empty level"},
      {"a/*", "wildcard"},
      {"#", "wildcard"},
      {"a b", "letters, digits"},
      {"a\n", "letters, digits"},
      {std::string("a\0b", 3), "letters, digits"},
      {"a/€", "letters, digits"},
      {"a:b", "letters, digits"},
      {"\xC3", "UTF-8"},
      {"a\xED\xA0\x80", "UTF-8"},
  };
  for (const row& each : rows) {
    INFO(each.text);
    const auto topic = topic_name::parse(each.text);
    REQUIRE_FALSE(topic.has_value());
    CHECK(topic.error().code == errc::invalid_request);
    CHECK_THAT(topic.error().message, Catch::Contains(each.rule));
  }
}
