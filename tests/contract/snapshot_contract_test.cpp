#include "contract/store_kinds.hpp"
#include "ports/store_snapshot.hpp"
#include "support/delivery_records.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <tuple>

namespace eventmgr {
namespace {

using namespace testing;

/// Every event of every partition, page by page.
std::vector<event_id> log_of(store_snapshot& from) {
  std::vector<event_id> ids;
  const std::size_t partitions = from.partitions().size();
  for (std::size_t p = 0; p < partitions; ++p) {
    const partition_id partition{static_cast<std::uint16_t>(p)};
    offset last{};
    for (auto page = from.read_log(partition, last); !page.empty(); page = from.read_log(partition, last)) {
      for (const auto& record : page) {
        CHECK(record->partition == partition);
        CHECK(record->seq == last.next());
        last = record->seq;
        ids.push_back(record->id);
      }
    }
    CHECK(from.partitions()[p].head == last);
  }
  return ids;
}

template <class T>
store_snapshot::visitor<T> into(std::vector<T>& rows) {
  return [&rows](const T& row) { rows.push_back(row); };
}

std::uint64_t ids_in(store_snapshot& from) {
  std::uint64_t count = 0;
  event_id last;
  from.visit_ids([&](const store_snapshot::id_entry& entry) {
    if (count++ > 0) CHECK(last < entry.id);
    last = entry.id;
  });
  return count;
}

TEST_CASE("a snapshot of a new store is empty", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  const auto taken = subject->store().snapshot();

  CHECK(taken->faults().empty());
  CHECK(taken->partitions().size() == kind.partitions);
  CHECK(log_of(*taken).empty());
  CHECK(ids_in(*taken) == 0);
  CHECK(taken->subscriptions().empty());
}

TEST_CASE("a snapshot sees the whole log, of one moment", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  std::vector<std::shared_ptr<event>> records;
  for (int i = 0; i < 2500; ++i) records.push_back(make.make("t/" + std::to_string(i % 7)));
  commit(store, records);

  const auto taken = store.snapshot();
  commit_one(store, make.make("t/1"));
  commit_changes(store, {.subscriptions = {make_subscription(1)}});

  CHECK(log_of(*taken).size() == 2500);
  CHECK(ids_in(*taken) == 2500);
  CHECK(taken->subscriptions().empty());
  CHECK(log_of(*store.snapshot()).size() == 2501);
  CHECK(store.snapshot()->subscriptions().size() == 1);
}

TEST_CASE("events come out of a snapshot as they were stored", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;
  const auto record = commit_one(subject->store(), make.make_full("a/b")).record;

  const auto page = subject->store().snapshot()->read_log(record->partition, {});

  REQUIRE(page.size() == 1);
  CHECK(*page.front() == *record);
}

TEST_CASE("a snapshot gives what is kept of deliveries, stretch by stretch", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  std::vector<std::shared_ptr<event>> records;
  for (int i = 0; i < 6; ++i) records.push_back(make.make("t"));
  commit(store, records);
  const partition_id partition = records[0]->partition;
  const position start{std::vector<offset>(kind.partitions)};
  const auto letter = [&](std::uint8_t subscription, const event& of, std::uint32_t generation) {
    auto made = make_dead_letter(subscription, of, {make.next_id().value});
    made.generation = generation;
    return made;
  };

  auto first = make_subscription(1);
  first.generation = 2;
  first.revision = 3;
  store_changes changes{.subscriptions = {first, make_subscription(2)}};
  changes.revisions = {{first.id, 1, 1, start, "old", at_ms(1)},
                       {first.id, 2, 2, start, "then", at_ms(2)},
                       {first.id, 3, 2, start, "now", at_ms(3)}};
  changes.floors = {{first.id, partition, priority::high, {4}}, {first.id, partition, priority::low, {2}}};
  changes.ledger = {{first.id, 1, partition, 0, 9, 9, 0, 0, 0},
                    {first.id, 2, partition, 0, 4, 3, 0, 1, 0},
                    {first.id, 2, partition, 5, 1, 0, 1, 0, 0},
                    {subscription_no(2), 1, partition, 0, 2, 0, 0, 0, 2}};
  changes.exceptions = {{.key = key_of(1, *records[1]), .lane = priority::high, .attempts = 2, .due = at_ms(9)},
                        {.key = key_of(2, *records[4]), .attempts = 1, .due = at_ms(9), .ordering = "k"}};
  changes.dead_letters = {letter(1, *records[0], 1), letter(1, *records[2], 2), letter(2, *records[3], 1)};
  commit_changes(store, changes);
  commit_changes(store, {.removed = {subscription_no(2)}});
  // One that fails again was counted before; its attempts add up.
  commit_changes(store, {.dead_letters = {changes.dead_letters[0]}});
  changes.dead_letters[0].attempts *= 2;

  const auto taken = store.snapshot();

  const auto kept = taken->subscriptions();
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].record == first);
  CHECK(kept[0].revisions == std::vector{changes.revisions[1], changes.revisions[2]});
  CHECK(kept[0].earlier_revision == 1);
  CHECK(kept[0].floors.size() == 2);
  CHECK(taken->orphans().empty());

  std::vector<ledger_record> ledger;
  taken->visit_ledger({.partition = partition}, into(ledger));
  std::ranges::sort(ledger, {}, &ledger_record::block);
  CHECK(ledger == std::vector{changes.ledger[1], changes.ledger[2]});
  ledger.clear();
  taken->visit_ledger({.partition = partition, .first = 1, .last = 5}, into(ledger));
  CHECK(ledger == std::vector{changes.ledger[2]});

  std::vector<exception_record> exceptions;
  taken->visit_exceptions({.partition = partition}, into(exceptions));
  CHECK(exceptions == std::vector{changes.exceptions[0]});
  exceptions.clear();
  taken->visit_exceptions({.partition = partition, .first = {3}}, into(exceptions));
  CHECK(exceptions.empty());

  // Those of a subscription that was deleted, too.
  auto totals = taken->dead_letter_totals();
  std::ranges::sort(totals, {}, &dead_letter_total::subscription);
  CHECK(totals == std::vector<dead_letter_total>{{first.id, 2}, {subscription_no(2), 1}});
  std::vector<dead_letter_record> letters;
  taken->visit_dead_letters({.partition = partition}, into(letters));
  std::ranges::sort(letters, {}, &dead_letter_record::key);
  CHECK(letters == changes.dead_letters);
  letters.clear();
  taken->visit_dead_letters({.partition = partition, .first = {2}, .last = {3}}, into(letters));
  CHECK(letters == std::vector{changes.dead_letters[1]});
}

}  // namespace
}  // namespace eventmgr
