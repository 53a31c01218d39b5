#include "contract/dead_letters.hpp"

#include <catch2/catch.hpp>

#include <optional>

namespace eventmgr {
namespace {

using namespace testing;

TEST_CASE("a dead letter comes with its event and its attempts, the oldest first", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  const attempt_record first = make_attempt(1, subject.at(3), 1);
  const attempt_record second = make_attempt(1, subject.at(3), 2);
  commit_changes(subject.store(),
                 {.attempts = {first, make_attempt(2, subject.at(3), 1), make_attempt(1, subject.at(4), 1), second}});
  const dead_letter_record record = subject.put(1, 3, 7000, "timed out after 30 s");

  const auto found = subject.store().find_dead_letter(record.id);

  REQUIRE(found);
  CHECK(found->id == record.id);
  CHECK(found->subscription == subscription_no(1));
  CHECK(found->subscription_name == "subscription-1");
  CHECK(found->record == subject.at(3));
  CHECK(found->reason == "timed out after 30 s");
  CHECK(found->fingerprint == failure_fingerprint("timed out after 30 s"));
  CHECK(found->retry_count == 3);
  CHECK(found->attempts == std::vector{first.attempt, second.attempt});
  CHECK(found->failed_at == at_ms(7000));
  CHECK(found->state == dead_letter_state::open);
  CHECK_FALSE(subject.store().find_dead_letter(subject.next_id()));
}

TEST_CASE("there is one dead letter for a subscription and an event, which keeps its id", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  const auto first = subject.put(1, 0, 100);
  const auto other = subject.put(2, 0, 200);

  dead_letter_record again = make_dead_letter(1, subject.at(0), subject.next_id());
  again.failed_at = at_ms(300);
  again.reason = "HTTP 503";
  again.attempts = 1;
  again.state = dead_letter_state::discarded;
  commit_changes(subject.store(), {.dead_letters = {again}});

  CHECK(subject.find({.state = {}}) == std::vector{first.id, other.id});
  CHECK_FALSE(subject.store().find_dead_letter(again.id));
  const auto found = subject.store().find_dead_letter(first.id);
  REQUIRE(found);
  CHECK(found->failed_at == at_ms(300));
  CHECK(found->reason == "HTTP 503");
  CHECK(found->retry_count == 4);
  CHECK(found->state == dead_letter_state::discarded);
}

TEST_CASE("a dead letter that was closed is opened again only by what reopens it", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  const auto discarded = subject.put(1, 0, 100);
  const auto delivered = subject.put(1, 1, 200);
  const auto open = subject.put(1, 2, 300);
  commit_changes(subject.store(), {.redeemed = {key_of(1, subject.at(1))}, .discarded = {discarded.id}});

  dead_letter_record again[] = {discarded, delivered, open};
  for (auto& each : again) {
    each.reopens = false;
    each.attempts = 2;
  }
  commit_changes(subject.store(), {.dead_letters = {again[0], again[1], again[2]}});

  CHECK(subject.find({}) == std::vector{open.id});
  CHECK(subject.find({.state = dead_letter_state::discarded}) == std::vector{discarded.id});
  CHECK(subject.store().find_dead_letter(discarded.id)->retry_count == 5);

  again[0].reopens = true;
  commit_changes(subject.store(), {.dead_letters = {again[0]}});
  CHECK(subject.find({.state = dead_letter_state::discarded}).empty());
}

TEST_CASE("a dead letter that is redeemed becomes delivered", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  const auto first = subject.put(1, 0, 100);
  const auto other = subject.put(2, 0, 200);

  commit_changes(subject.store(), {.redeemed = {key_of(1, subject.at(0)), key_of(1, subject.at(5))}});

  CHECK(subject.find({}) == std::vector{other.id});
  CHECK(subject.find({.state = dead_letter_state::delivered}) == std::vector{first.id});
  CHECK(subject.find({.state = dead_letter_state::discarded}).empty());
}

TEST_CASE("only an open dead letter is discarded or redeemed", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  const auto first = subject.put(1, 0, 100);
  const auto second = subject.put(1, 1, 200);
  const auto third = subject.put(1, 2, 300);

  commit_changes(subject.store(),
                 {.redeemed = {key_of(1, subject.at(0))}, .discarded = {first.id, second.id, subject.next_id()}});
  commit_changes(subject.store(), {.redeemed = {key_of(1, subject.at(1))}});

  CHECK(subject.find({}) == std::vector{third.id});
  CHECK(subject.find({.state = dead_letter_state::delivered}) == std::vector{first.id});
  CHECK(subject.find({.state = dead_letter_state::discarded}) == std::vector{second.id});

  commit_changes(subject.store(), {.removed = {subscription_no(1)}, .discarded = {third.id}});
  CHECK(subject.find({}).empty());
}

TEST_CASE("what fails again is open again", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  const auto first = subject.put(1, 0, 100);
  commit_changes(subject.store(), {.redeemed = {key_of(1, subject.at(0))}});
  CHECK(subject.find({}).empty());
  subject.put(1, 0, 200);
  CHECK(subject.find({}) == std::vector{first.id});
}

TEST_CASE("what the ledger counts stays counted, in its generation, when a replay gives it up again", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  struct row {
    bool was_counted;
    bool is_counted;
    bool stays;        // counted
    std::uint32_t in;  // generation
  };
  const auto [was_counted, is_counted, stays, in] = GENERATE(
      values<row>({{true, true, true, 2}, {true, false, true, 1}, {false, true, true, 2}, {false, false, false, 2}}));
  CAPTURE(was_counted, is_counted);
  letters subject{kind};
  dead_letter_record first = make_dead_letter(1, subject.at(0), subject.next_id());
  first.counted = was_counted;
  dead_letter_record second = first;
  second.generation = 2;
  second.counted = is_counted;
  commit_changes(subject.store(), {.dead_letters = {first}});
  commit_changes(subject.store(), {.dead_letters = {second}});

  const auto found = subject.store().dead_letters_of(first.event);

  REQUIRE(found.size() == 1);
  CHECK(found[0].counted == stays);
  CHECK(found[0].generation == in);
}

TEST_CASE("dead letters are selected by every clause", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  const auto a = subject.put(1, 0, 100, "HTTP 500");           // a/b, special
  const auto b = subject.put(1, 1, 200, "Connection reset");   // c/1, usual
  const auto c = subject.put(2, 4, 300, "HTTP 500");           // c/0, special
  const auto d = subject.put(2, 3, 300, "\xC3\x84rger 100%");  // a/b, usual
  const auto pattern = [](const char* text) { return topic_pattern::parse(text).value(); };
  using ids = std::vector<dead_letter_id>;

  CHECK(subject.find({}) == ids{d.id, c.id, b.id, a.id});
  CHECK(subject.find({.subscription = to_string(subscription_no(1))}) == ids{b.id, a.id});
  CHECK(subject.find({.subscription = "subscription-2"}) == ids{d.id, c.id});
  CHECK(subject.find({.subscription = "nobody"}).empty());
  CHECK(subject.find({.topic = pattern("a/b")}) == ids{d.id, a.id});
  CHECK(subject.find({.topic = pattern("c/*")}) == ids{c.id, b.id});
  CHECK(subject.find({.topic = pattern("#")}) == ids{d.id, c.id, b.id, a.id});
  CHECK(subject.find({.topic = pattern("none")}).empty());
  CHECK(subject.find({.type = "special"}) == ids{c.id, a.id});
  CHECK(subject.find({.type = "none"}).empty());
  CHECK(subject.find({.reason = "http"}) == ids{c.id, a.id});
  CHECK(subject.find({.reason = "RESET"}) == ids{b.id});
  CHECK(subject.find({.reason = "0%"}) == ids{d.id});
  CHECK(subject.find({.reason = "\xC3\x84RG"}) == ids{d.id});
  CHECK(subject.find({.reason = ""}).size() == 4);
  CHECK(subject.find({.since = at_ms(200)}) == ids{d.id, c.id, b.id});
  CHECK(subject.find({.until = at_ms(200)}) == ids{a.id});
  CHECK(subject.find({.ids = {c.id, a.id, subject.next_id()}}) == ids{c.id, a.id});
  CHECK(subject.find({.ids = {b.id}, .subscription = "subscription-2"}).empty());
  CHECK(subject.find({.fingerprint = failure_fingerprint("HTTP 500")}) == ids{c.id, a.id});
  CHECK(subject.find({.state = {}, .fingerprint = failure_fingerprint("HTTP 500")}) == ids{c.id, a.id});
  CHECK(subject.find({.fingerprint = "0000000000000000"}).empty());
  CHECK(subject.find({.oldest_first = true}) ==
        (c.id < d.id ? ids{a.id, b.id, c.id, d.id} : ids{a.id, b.id, d.id, c.id}));
  CHECK(subject.find({.subscription = "subscription-1", .type = "special", .reason = "500", .since = at_ms(100)}) ==
        ids{a.id});
}

TEST_CASE("dead letters are found by the name that their subscription has now, and by the one that it had",
          "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  const auto letter = subject.put(1, 0, 100);
  subscription_record renamed = make_subscription(1);
  renamed.name = "renamed";
  commit_changes(subject.store(), {.subscriptions = {renamed}});

  CHECK(subject.find({.subscription = "renamed"}) == std::vector{letter.id});
  CHECK(subject.find({.subscription = "subscription-1"}) == std::vector{letter.id});

  commit_changes(subject.store(), {.removed = {subscription_no(1)}});
  CHECK(subject.find({.subscription = "renamed"}).empty());
  CHECK(subject.find({.subscription = to_string(subscription_no(1))}) == std::vector{letter.id});
}

TEST_CASE("pages of dead letters neither skip nor repeat, also where many failed at one moment", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  for (std::size_t i = 0; i < 12; ++i) {
    subject.put(1, i, i < 8 ? 100 : 100 + static_cast<std::int64_t>(i));
    subject.put(2, i, 100);
  }
  dead_letter_query query;
  query.oldest_first = GENERATE(false, true);
  query.limit = 100;
  const std::vector<dead_letter_id> expected = subject.find(query);
  REQUIRE(expected.size() == 24);

  query.limit = 5;
  std::vector<dead_letter_id> found;
  while (true) {
    const auto page = subject.store().query_dead_letters(query).value();
    CHECK(page.total == 24);
    CHECK(page.dead_letters.size() <= 5);
    for (const dead_letter& letter : page.dead_letters) found.push_back(letter.id);
    if (page.next_cursor.empty()) break;
    query.cursor = page.next_cursor;
  }

  CHECK(found == expected);
}

TEST_CASE("what is read page by page is counted once, and may change meanwhile", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  for (std::size_t i = 0; i < 6; ++i) subject.put(1, i, 100 + static_cast<std::int64_t>(i));
  dead_letter_query query{.oldest_first = true, .limit = 2};
  const auto first = subject.store().query_dead_letters(query).value();
  commit_changes(subject.store(), {.redeemed = {key_of(1, subject.at(0)), key_of(1, subject.at(3))}});
  query.cursor = first.next_cursor;

  const auto second = subject.store().query_dead_letters(query).value();

  CHECK(first.total == 6);
  CHECK(second.total == 6);
  REQUIRE(second.dead_letters.size() == 2);
  CHECK(second.dead_letters[0].record.id == subject.at(2).id);
  CHECK(second.dead_letters[1].record.id == subject.at(4).id);
}

TEST_CASE("a page of large dead letters ends early, and its cursor goes on from there", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  event_maker make{2};
  store_changes changes;
  for (int i = 0; i < 10; ++i) {
    const auto entry = commit_one(subject.store(), make.make("a", R"({"x":")" + std::string(1U << 20U, 'x') + "\"}"));
    changes.dead_letters.push_back(make_dead_letter(1, *entry.record, subject.next_id()));
  }
  commit_changes(subject.store(), changes);

  dead_letter_query query;
  const auto first = subject.store().query_dead_letters(query).value();
  query.cursor = first.next_cursor;
  const auto second = subject.store().query_dead_letters(query).value();

  CHECK(first.dead_letters.size() == 8);
  CHECK(first.total == 10);
  CHECK(second.dead_letters.size() == 2);
  CHECK(second.next_cursor.empty());
}

TEST_CASE("a query for dead letters that is not one is refused", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  subject.put(1, 0, 100);
  subject.put(1, 1, 100);
  const std::string cursor = subject.store().query_dead_letters({.limit = 1})->next_cursor;
  REQUIRE_FALSE(cursor.empty());

  const dead_letter_query wrong[] = {
      {.limit = 0},
      {.limit = dead_letter_query::max_limit + 1},
      {.cursor = "nonsense"},
      {.state = dead_letter_state::delivered, .cursor = cursor},
      {.reason = "x", .cursor = cursor},
      {.fingerprint = "x", .cursor = cursor},
      {.oldest_first = true, .cursor = cursor},
      {.ids = {subject.next_id()}, .cursor = cursor},
      {.ids = std::vector<dead_letter_id>(dead_letter_query::max_ids + 1)},
      {.cursor = cursor + "0"},
  };
  for (const dead_letter_query& query : wrong) {
    const auto answer = subject.store().query_dead_letters(query);
    REQUIRE(answer.has_error());
    CHECK(answer.error().code == errc::invalid_request);
    CHECK_FALSE(answer.error().details.empty());
  }
}

TEST_CASE("dead letters above the floor of their lane are loaded, open or not", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  event_store& store = subject.store();
  // On one topic, so in one partition: the offsets ascend.
  const std::size_t indices[] = {0, 3, 6, 9};
  for (const std::size_t index : indices) subject.put(1, index, 100);
  dead_letter_record other_lane = make_dead_letter(2, subject.at(0), subject.next_id());
  other_lane.lane = priority::low;
  commit_changes(store, {.dead_letters = {other_lane}, .redeemed = {key_of(1, subject.at(9))}});
  const auto place = [&](std::uint8_t subscription, std::size_t index, priority lane) {
    return delivery_state::dead_place{key_of(subscription, subject.at(index)), lane};
  };
  const auto floor = [&](std::uint8_t subscription, priority lane, std::size_t index) {
    return floor_record{subscription_no(subscription), subject.at(index).partition, lane, subject.at(index).seq};
  };
  const priority lane = subject.at(0).priority;

  CHECK(load_sorted(store).dead_above_floor == std::vector{place(1, 0, lane), place(1, 3, lane), place(1, 6, lane),
                                                           place(1, 9, lane), place(2, 0, priority::low)});

  commit_changes(store, {.floors = {floor(1, lane, 3), floor(1, priority::low, 9), floor(2, lane, 9)}});
  CHECK(load_sorted(store).dead_above_floor ==
        std::vector{place(1, 6, lane), place(1, 9, lane), place(2, 0, priority::low)});

  commit_changes(store, {.floors = {floor(1, lane, 9), floor(2, priority::low, 0)}});
  CHECK(load_sorted(store).dead_above_floor.empty());
}

TEST_CASE("a dead letter that the ledger does not count is not loaded", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  letters subject{kind};
  dead_letter_record record = make_dead_letter(1, subject.at(0), subject.next_id());
  record.counted = false;
  commit_changes(subject.store(), {.dead_letters = {record}});
  CHECK(load_sorted(subject.store()).dead_above_floor.empty());
}

}  // namespace
}  // namespace eventmgr
