#include "contract/store_kinds.hpp"
#include "support/delivery_records.hpp"

#include <catch2/catch.hpp>

namespace eventmgr {
namespace {

using namespace testing;

std::shared_ptr<event> make_scheduled(event_maker& make, std::int64_t due_ms, const std::string& topic = "planned") {
  auto record = make.make(topic);
  record->deliver_at = at_ms(due_ms);
  return record;
}

/// Fires events as a broker does: takes them off and appends them in one commit.
std::vector<append_entry> fire(event_store& store, std::span<const scheduled_event> due) {
  store_changes changes;
  std::vector<append_entry> entries;
  for (const scheduled_event& each : due) {
    changes.fired.push_back(each.record->id);
    entries.push_back({.record = each.record});
  }
  commit_changes(store, changes, entries);
  return entries;
}

TEST_CASE("a scheduled event waits outside the log, complete", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  const auto full = make.make_full("a/b");
  full->deliver_at = at_ms(8000);

  const append_entry entry = commit_one(store, full);

  CHECK(entry.outcome == append_outcome::scheduled);
  CHECK(entry.record->seq == offset{0});
  CHECK_FALSE(store.find_event(full->id));
  CHECK_FALSE(store.find_topic(full->topic));
  for (const partition_state& partition : store.partitions()) CHECK(partition.head == offset{0});
  const auto waiting = store.read_schedule(10);
  REQUIRE(waiting.size() == 1);
  CHECK(waiting.front().due == at_ms(8000));
  event expected = *full;
  expected.deliver_at.reset();
  CHECK(*waiting.front().record == expected);
  const auto found = store.find_scheduled(full->id);
  REQUIRE(found);
  CHECK(found->due == at_ms(8000));
  CHECK(*found->record == expected);
  CHECK_FALSE(store.find_scheduled(make.next_id()));
}

TEST_CASE("the schedule is in the order of time, then of arrival", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;
  std::vector<std::shared_ptr<event>> records;
  for (const std::int64_t due : {300, 100, 200, 100, -50, 300}) records.push_back(make_scheduled(make, due));
  commit(subject->store(), std::span{records}.first(3));
  commit(subject->store(), std::span{records}.subspan(3));

  const auto waiting = subject->store().read_schedule(5);

  REQUIRE(waiting.size() == 5);
  const std::size_t order[] = {4, 1, 3, 2, 0};
  for (std::size_t i = 0; i < 5; ++i) CHECK(waiting[i].record->id == records[order[i]]->id);
}

TEST_CASE("an id on the schedule is taken, and so is one in the log", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  const auto planned = make_scheduled(make, 100, "first/topic");
  const auto stored = make.make("stored");
  const std::shared_ptr<event> both[] = {planned, stored};
  commit(store, both);

  const auto again = make_scheduled(make, 200);
  again->id = planned->id;
  const auto at_once = make.make("other");
  at_once->id = planned->id;
  const auto too_late = make_scheduled(make, 300);
  too_late->id = stored->id;
  const std::shared_ptr<event> repeats[] = {again, at_once, too_late};
  const auto entries = commit(store, repeats);

  for (const append_entry& entry : entries) CHECK(entry.outcome == append_outcome::duplicate);
  for (int i = 0; i < 2; ++i) {
    CHECK(entries[static_cast<std::size_t>(i)].original_seq == offset{0});
    CHECK(entries[static_cast<std::size_t>(i)].original_topic == planned->topic);
    CHECK(entries[static_cast<std::size_t>(i)].original_partition == store.partition_of(planned->topic));
  }
  CHECK(entries[2].original_seq == stored->seq);
  CHECK(entries[2].original_topic == stored->topic);
  REQUIRE(store.read_schedule(10).size() == 1);
  CHECK(store.read_schedule(10).front().due == at_ms(100));
  CHECK_FALSE(store.find_event(planned->id));
}

TEST_CASE("two events with one id in one group are duplicates, whichever of them is scheduled", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;
  const auto planned = make_scheduled(make, 100);
  const auto now = make.make("now");
  now->id = planned->id;
  const bool planned_first = GENERATE(true, false);
  const std::shared_ptr<event> records[] = {planned_first ? planned : now, planned_first ? now : planned};

  const auto entries = commit(subject->store(), records);

  CHECK(entries[0].outcome == (planned_first ? append_outcome::scheduled : append_outcome::stored));
  CHECK(entries[1].outcome == append_outcome::duplicate);
  CHECK(entries[1].original_topic == records[0]->topic);
  CHECK(entries[1].original_seq == records[0]->seq);
  CHECK(subject->store().read_schedule(10).size() == (planned_first ? 1 : 0));
}

TEST_CASE("an event that fires leaves the schedule and enters the log in one commit", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  const std::shared_ptr<event> records[] = {make_scheduled(make, 100), make_scheduled(make, 200)};
  commit(store, records);
  const auto due = store.read_schedule(1);

  subject->fail_commits();
  CHECK_THROWS_AS(fire(store, due), error);
  CHECK(store.read_schedule(10).size() == 2);
  subject->heal();
  const auto entries = fire(store, due);

  CHECK(entries.front().outcome == append_outcome::stored);
  const auto found = store.find_event(records[0]->id);
  REQUIRE(found);
  CHECK_FALSE(found->deliver_at);
  CHECK(found->received_at == at_ms(1000));
  REQUIRE(store.read_schedule(10).size() == 1);
  CHECK(store.read_schedule(10).front().record->id == records[1]->id);

  const auto repeat = make_scheduled(make, 500);
  repeat->id = records[0]->id;
  const append_entry repeated = commit_one(store, repeat);
  CHECK(repeated.outcome == append_outcome::duplicate);
  CHECK(repeated.original_seq == found->seq);
  CHECK(commit_one(store, make.make("other")).outcome == append_outcome::stored);
}

TEST_CASE("an event may be put off: taken from the schedule and put back for another time", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;
  const auto record = make_scheduled(make, 100);
  commit_one(subject->store(), record);
  record->deliver_at = at_ms(700);
  append_entry entry{.record = record};

  commit_changes(subject->store(), {.fired = {record->id}}, {&entry, 1});

  CHECK(entry.outcome == append_outcome::scheduled);
  REQUIRE(subject->store().read_schedule(10).size() == 1);
  CHECK(subject->store().read_schedule(10).front().due == at_ms(700));
}

TEST_CASE("a page of large scheduled events ends early, but gives one", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;
  for (int i = 0; i < 10; ++i) {
    auto record = make.make("a", R"({"x":")" + std::string(1U << 20U, 'x') + "\"}");
    record->deliver_at = at_ms(i);
    commit_one(subject->store(), record);
  }

  CHECK(subject->store().read_schedule(100).size() == 8);
  CHECK(subject->store().read_schedule(1).size() == 1);
}

}  // namespace
}  // namespace eventmgr
