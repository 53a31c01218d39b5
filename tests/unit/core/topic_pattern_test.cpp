#include <eventmgr/topic.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <random>
#include <span>
#include <string>
#include <vector>

using namespace eventmgr;

namespace {

bool match(const std::string& pattern, const std::string& topic) {
  return topic_pattern::parse(pattern).value().matches(topic_name::parse(topic).value());
}

std::string joined(const std::vector<std::string>& levels) {
  std::string text;
  for (const std::string& level : levels) text += (text.empty() ? "" : "/") + level;
  return text;
}

/// The AMQP rules as they are written down, exponential and plain.
bool naive_match(std::span<const std::string> pattern, std::span<const std::string> topic) {
  if (pattern.empty()) return topic.empty();
  if (pattern.front() == "#") {
    return naive_match(pattern.subspan(1), topic) || (!topic.empty() && naive_match(pattern, topic.subspan(1)));
  }
  if (topic.empty()) return false;
  return (pattern.front() == "*" || pattern.front() == topic.front()) &&
         naive_match(pattern.subspan(1), topic.subspan(1));
}

std::vector<std::string> draw(std::mt19937& random, const std::vector<std::string>& words, std::size_t most) {
  std::vector<std::string> levels(std::uniform_int_distribution<std::size_t>{1, most}(random));
  for (auto& level : levels) level = words[std::uniform_int_distribution<std::size_t>{0, words.size() - 1}(random)];
  return levels;
}

}  // namespace

TEST_CASE("a pattern matches by the rules of AMQP") {
  struct row {
    const char* pattern;
    const char* topic;
    bool expected;
  };
  const row rows[] = {
      {"project.*", "project/created", true},
      {"project.*", "project/member/added", false},
      {"project.*", "project", false},
      {"project.#", "project", true},
      {"project.#", "project/created", true},
      {"project.#", "project/member/added", true},
      {"project.#", "projects/created", false},
      {"*.created", "project/created", true},
      {"*.created", "created", false},
      {"#", "a", true},
      {"#", "a/b/c", true},
      {"*", "a", true},
      {"*", "a/b", false},
      {"a.#.b", "a/b", true},
      {"a.#.b", "a/x/y/b", true},
      {"a.#.b", "a/x/y/b/c", false},
      {"a.#.b", "a/b/x/b", true},
      {"#.b", "b", true},
      {"#.b", "a/b", true},
      {"#.b", "b/a", false},
      {"*.*.c", "a/b/c", true},
      {"*.*.c", "a/c", false},
      {"#.*", "a", true},
      {"*.#", "a", true},
      {"#.*.#.*", "a", false},
      {"#.*.#.*", "a/b", true},
      {"process.task.executed", "process/task/executed", true},
      {"process.task.executed", "process/task", false},
      {"process.task", "process/task/executed", false},
      {"a.#.a", "a", false},
      {"größe.*", "größe/é", true},
  };
  for (const row& each : rows) {
    INFO(each.pattern << " on " << each.topic);
    CHECK(match(each.pattern, each.topic) == each.expected);
  }
}

TEST_CASE("a pattern agrees with the plain rules on generated topics") {
  std::mt19937 random{20260102};
  int matched = 0;
  for (int round = 0; round < 20000; ++round) {
    const auto pattern = draw(random, {"a", "b", "*", "#"}, 7);
    const auto topic = draw(random, {"a", "b", "c"}, 7);
    const bool expected = naive_match(pattern, topic);
    matched += expected ? 1 : 0;
    if (match(joined(pattern), joined(topic)) != expected) FAIL(joined(pattern) << " on " << joined(topic));
  }
  CHECK(matched > 2000);
  CHECK(matched < 18000);
}

TEST_CASE("fifteen # against thirty levels take microseconds") {
  std::string pattern;
  for (int i = 0; i < 15; ++i) pattern += "#.a.";
  pattern += "b";
  std::string topic = "a";
  for (int i = 1; i < 30; ++i) topic += ".a";
  const auto parsed_pattern = topic_pattern::parse(pattern).value();
  const auto parsed_topic = topic_name::parse(topic).value();

  const auto start = std::chrono::steady_clock::now();
  int matched = 0;
  for (int i = 0; i < 1000; ++i) matched += parsed_pattern.matches(parsed_topic) ? 1 : 0;
  const auto each = (std::chrono::steady_clock::now() - start) / 1000;

  CHECK(matched == 0);
  CHECK(each < std::chrono::microseconds{500});  // an exponential matcher would need minutes
}

TEST_CASE("a pattern is stored with slashes and without repeated #") {
  CHECK(topic_pattern::parse("a.#.#.b").value().str() == "a/#/b");
  CHECK(topic_pattern::parse("#.#").value().str() == "#");
  CHECK(topic_pattern::parse("#.*.#").value().str() == "#/*/#");
  CHECK(topic_pattern::parse("a.b").value().levels() == std::vector<std::string>{"a", "b"});
  CHECK(topic_pattern::parse("a.#.#").value() == topic_pattern::parse("a/#").value());
  CHECK_FALSE(topic_pattern::parse("a.b").value().has_wildcards());
  CHECK(topic_pattern::parse("a.*").value().has_wildcards());
  CHECK(topic_pattern{}.str() == "#");
  CHECK(topic_pattern{}.matches(topic_name::trusted("a/b")));
}

TEST_CASE("a pattern with a wildcard inside a level, or that is no topic, is refused") {
  for (const char* text : {"", "a*", "*a", "a.b#", "##", "**", "a..b", "a.", "a b", "a.€"}) {
    INFO(text);
    const auto pattern = topic_pattern::parse(text);
    REQUIRE_FALSE(pattern.has_value());
    CHECK(pattern.error().code == errc::invalid_request);
  }
}
