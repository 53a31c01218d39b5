#include "broker/topic_trie.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <span>
#include <string>
#include <vector>

namespace eventmgr {
namespace {

topic_pattern pattern(std::string_view text) { return topic_pattern::parse(text).value(); }

/// The definition, word for word; exponential, so only for small inputs.
bool naive_match(std::span<const std::string> pattern_levels, std::span<const std::string> topic_levels) {
  if (pattern_levels.empty()) return topic_levels.empty();
  if (pattern_levels.front() == "#") {
    return naive_match(pattern_levels.subspan(1), topic_levels) ||
           (!topic_levels.empty() && naive_match(pattern_levels, topic_levels.subspan(1)));
  }
  return !topic_levels.empty() && (pattern_levels.front() == "*" || pattern_levels.front() == topic_levels.front()) &&
         naive_match(pattern_levels.subspan(1), topic_levels.subspan(1));
}

std::string join(const std::vector<std::string>& levels) {
  std::string text;
  for (const std::string& level : levels) text += (text.empty() ? "" : "/") + level;
  return text;
}

std::vector<std::string> random_levels(std::mt19937& engine, std::span<const std::string> alphabet,
                                       std::size_t longest) {
  std::vector<std::string> levels(1 + engine() % longest);
  for (std::string& level : levels) level = alphabet[engine() % alphabet.size()];
  return levels;
}

TEST_CASE("the trie agrees with the naive matcher on generated patterns") {
  std::mt19937 engine{20260102};
  const std::vector<std::string> in_patterns{"a", "b", "c", "*", "#", "#"};
  const std::vector<std::string> in_topics{"a", "b", "c"};
  for (int round = 0; round < 200; ++round) {
    topic_trie trie;
    std::vector<std::vector<std::string>> patterns;
    for (subscriber_key key = 0; key < 30; ++key) {
      patterns.push_back(random_levels(engine, in_patterns, 6));
      trie = trie.with(pattern(join(patterns.back())), key);
    }
    for (int i = 0; i < 50; ++i) {
      const auto topic = random_levels(engine, in_topics, 7);
      std::vector<subscriber_key> expected;
      for (subscriber_key key = 0; key < patterns.size(); ++key) {
        if (naive_match(patterns[key], topic)) expected.push_back(key);
      }
      INFO("topic " << join(topic));
      REQUIRE(trie.match(join(topic)) == expected);
    }
  }
}

TEST_CASE("wildcards match by the AMQP rules") {
  struct row {
    std::string_view pattern;
    std::string_view topic;
    bool matches;
  };
  for (const row& r :
       {row{"project.*", "project/created", true}, row{"project.*", "project/member/added", false},
        row{"project.*", "project", false}, row{"project.#", "project/member/added", true},
        row{"project.#", "project", true}, row{"*.created", "project/created", true}, row{"a.#.b", "a/b", true},
        row{"a.#.b", "a/x/y/b", true}, row{"a.#.b", "a/x/y", false}, row{"#.b", "b", true}, row{"#.b", "x/y/b", true},
        row{"*.*.c", "a/b/c", true}, row{"*.*.c", "b/c", false}, row{"#", "anything/at/all", true}}) {
    const topic_trie trie = topic_trie{}.with(pattern(r.pattern), 7);
    INFO(r.pattern << " against " << r.topic);
    CHECK(trie.match(r.topic).size() == (r.matches ? 1U : 0U));
    const topic_name topic = topic_name::parse(r.topic).value();
    CHECK(pattern(r.pattern).matches(topic) == r.matches);
  }
}

TEST_CASE("a removed pattern leaves the others, and older tries, as they were") {
  const topic_trie before = topic_trie{}.with(pattern("a.b"), 1).with(pattern("a.#"), 2);
  const topic_trie after = before.without(pattern("a.b"), 1).without(pattern("never.there"), 9);

  CHECK(before.match("a/b") == std::vector<subscriber_key>{1, 2});
  CHECK(after.match("a/b") == std::vector<subscriber_key>{2});
  CHECK(after.without(pattern("a.#"), 2).match("a/b").empty());
}

TEST_CASE("a key under several patterns that match is found once") {
  const topic_trie trie = topic_trie{}.with(pattern("a.*"), 1).with(pattern("#"), 1).with(pattern("*.b"), 1);
  CHECK(trie.match("a/b") == std::vector<subscriber_key>{1});
}

TEST_CASE("many wildcards against the deepest topic stay cheap") {
  std::string many = "a";
  for (int i = 0; i < 15; ++i) many += ".#.a";
  many += ".z";
  std::string deep = "a";
  for (std::size_t i = 1; i < topic_name::max_levels; ++i) deep += "/a";
  const topic_trie trie = topic_trie{}.with(pattern(many), 1);
  CHECK(trie.match(deep).empty());
  CHECK_FALSE(pattern(many).matches(topic_name::parse(deep).value()));
}

}  // namespace
}  // namespace eventmgr
