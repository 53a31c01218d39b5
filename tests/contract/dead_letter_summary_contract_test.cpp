#include "contract/dead_letters.hpp"

namespace eventmgr {
namespace {

using namespace testing;
using part = dead_letter_group::part;

std::vector<std::pair<std::string, std::uint64_t>> listed(const std::vector<part>& parts) {
  std::vector<std::pair<std::string, std::uint64_t>> found;
  for (const part& each : parts) found.emplace_back(each.name, each.count);
  return found;
}

TEST_CASE("a summary groups what failed alike, the largest group first", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  subject.put(1, 0, 100, "order 1 unknown");                      // a/b
  subject.put(1, 1, 300, "order 3 unknown");                      // c/1
  const auto newest = subject.put(2, 3, 400, "order 4 unknown");  // a/b
  subject.put(1, 3, 200, "order 2 unknown");                      // a/b
  const auto other = subject.put(2, 5, 250, "HTTP 503");          // c/1
  subject.put(2, 6, 900, "order 9 unknown");                      // a/b
  commit_changes(subject.store(), {.redeemed = {key_of(2, subject.at(6))}});

  const dead_letter_summary all = subject.store().summarise_dead_letters({});

  CHECK(all.total == 5);
  REQUIRE(all.groups.size() == 2);
  const dead_letter_group& orders = all.groups[0];
  CHECK(orders.fingerprint == failure_fingerprint("order 7 unknown"));
  CHECK(orders.reason == "order <n> unknown");
  CHECK(orders.example == "order 4 unknown");
  CHECK(orders.newest_id == newest.id);
  CHECK(orders.count == 4);
  CHECK(orders.oldest == at_ms(100));
  CHECK(orders.newest == at_ms(400));
  using names = std::vector<std::pair<std::string, std::uint64_t>>;
  CHECK(listed(orders.subscriptions) == names{{"subscription-1", 3}, {"subscription-2", 1}});
  CHECK(listed(orders.topics) == names{{"a/b", 3}, {"c/1", 1}});
  CHECK(all.groups[1].newest_id == other.id);
  CHECK(all.groups[1].reason == "HTTP 503");

  const dead_letter_summary any = subject.store().summarise_dead_letters({.state = {}});
  CHECK(any.total == 6);
  REQUIRE(any.groups.size() == 2);
  CHECK(any.groups[0].example == "order 9 unknown");
  CHECK(any.groups[0].count == 5);
}

TEST_CASE("a summary is of what its query selects", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  const auto a = subject.put(1, 0, 100, "x");  // a/b, special
  subject.put(2, 1, 200, "x");                 // c/1, usual
  const auto total = [&](const dead_letter_query& query) {
    return subject.store().summarise_dead_letters(query).total;
  };

  CHECK(total({}) == 2);
  CHECK(total({.limit = 1}) == 2);
  CHECK(total({.ids = {a.id}}) == 1);
  CHECK(total({.subscription = "subscription-2"}) == 1);
  CHECK(total({.topic = topic_pattern::parse("a/#").value()}) == 1);
  CHECK(total({.type = "special"}) == 1);
  CHECK(total({.reason = "y"}) == 0);
  CHECK(total({.since = at_ms(150)}) == 1);
  CHECK(total({.state = dead_letter_state::discarded}) == 0);
}

TEST_CASE("a summary has at most so many groups and names, but counts them all", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  event_maker make{3};
  store_changes changes;
  for (int i = 0; i < 2100; ++i) {
    // The last kind fails twice.
    const int number = std::min(i, 2098);
    const auto entry = commit_one(subject.store(), make.make("t/" + std::to_string(i % 30)));
    dead_letter_record record = make_dead_letter(1, *entry.record, subject.next_id());
    // A word of letters, for numbers would make one group of all.
    record.reason += ' ';
    for (const char digit : std::to_string(number)) record.reason += static_cast<char>('a' + (digit - '0'));
    record.fingerprint = failure_fingerprint(record.reason);
    changes.dead_letters.push_back(record);
    if (i < 30) changes.dead_letters.push_back(make_dead_letter(2, *entry.record, subject.next_id()));
  }
  commit_changes(subject.store(), changes);

  const dead_letter_summary summary = subject.store().summarise_dead_letters({});

  CHECK(summary.total == 2130);
  CHECK(summary.groups.size() == dead_letter_summary::max_groups);
  CHECK(summary.groups[0].count == 30);
  CHECK(summary.groups[0].topics.size() == dead_letter_group::max_names);
  CHECK(summary.groups[1].count == 2);
  CHECK(summary.groups[2].count == 1);
}

TEST_CASE("dead letters are counted by subscription, also by one that is gone", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  subject.put(1, 0, 300);
  subject.put(1, 1, 100);
  subject.put(2, 0, 200);
  commit_changes(subject.store(), {.removed = {subscription_no(2)}});

  using counts = std::vector<dead_letter_count>;
  CHECK(subject.store().count_dead_letters({}) ==
        counts{{subscription_no(1), 2, at_ms(100), at_ms(300)}, {subscription_no(2), 1, at_ms(200), at_ms(200)}});
  CHECK(subject.store().count_dead_letters({.topic = topic_pattern::parse("c/*").value()}) ==
        counts{{subscription_no(1), 1, at_ms(100), at_ms(100)}});
  CHECK(subject.store().count_dead_letters({.reason = "none"}).empty());
}

TEST_CASE("the dead letters of one event are found by subscription, also by one that is gone", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  const auto second = subject.put(2, 3, 100, "HTTP 503");
  const auto first = subject.put(1, 3, 200);
  subject.put(1, 4, 300);
  commit_changes(subject.store(), {.removed = {subscription_no(2)}});

  CHECK(subject.store().dead_letters_of(subject.at(3).id) == std::vector{first, second});
  CHECK(subject.store().dead_letters_of(subject.at(5).id).empty());
  CHECK(subject.store().dead_letters_of({subject.next_id().value}).empty());
}

TEST_CASE("the attempts for one event are told in the order of their time, over all subscriptions", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  const event& of = subject.at(3);
  const attempt_record a = make_attempt(2, of, 1);
  const attempt_record b = make_attempt(1, of, 2);
  const attempt_record c = make_attempt(2, of, 3);
  commit_changes(subject.store(), {.attempts = {c, a, b, make_attempt(1, subject.at(4), 1)}});

  CHECK(subject.store().attempts_of(of.partition, of.seq) == std::vector{a, b, c});
  CHECK(subject.store().attempts_of(subject.at(5).partition, subject.at(5).seq).empty());
}

TEST_CASE("of many attempts for one event the oldest are told", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  const event& of = subject.at(0);
  store_changes changes;
  for (std::uint32_t i = 1; i <= 1010; ++i) changes.attempts.push_back(make_attempt(1, of, i));
  commit_changes(subject.store(), changes);

  const auto found = subject.store().attempts_of(of.partition, of.seq);

  REQUIRE(found.size() == 1000);
  CHECK(found.back().attempt.attempt == 1000);
}

}  // namespace
}  // namespace eventmgr
