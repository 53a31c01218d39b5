#include "contract/store_kinds.hpp"
#include "support/delivery_records.hpp"

#include <catch2/catch.hpp>

namespace eventmgr {
namespace {

using namespace testing;

std::vector<std::shared_ptr<event>> publish(event_store& store, event_maker& make, int count) {
  std::vector<std::shared_ptr<event>> records;
  for (int i = 0; i < count; ++i) records.push_back(make.make("t/" + std::to_string(i % 3)));
  commit(store, records);
  return records;
}

exception_record make_exception(std::uint8_t subscription, const event& of, std::uint32_t attempts) {
  return {.key = key_of(subscription, of), .lane = of.priority, .attempts = attempts, .due = at_ms(3000 + attempts)};
}

TEST_CASE("a new store knows of no deliveries", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();

  const delivery_state state = store.load_deliveries();

  CHECK(state.subscriptions.empty());
  CHECK(state.floors.empty());
  CHECK(state.exceptions.empty());
  CHECK(state.dead_above_floor.empty());
  CHECK(state.totals.empty());
  CHECK(store.read_ledger(subscription_no(1), 1).empty());
  CHECK(store.query_dead_letters({})->dead_letters.empty());
  CHECK_FALSE(store.find_dead_letter({}));
  CHECK(store.list_attempts(subscription_no(1), {}, "", 10)->attempts.empty());
  CHECK(store.read_schedule(10).empty());
}

TEST_CASE("a subscription comes back as it was stored, and is replaced by its id", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  subscription_record first = make_subscription(1);
  first.status = subscription_status::paused;
  first.status_reason = "410 Gone";
  first.generation = 7;
  first.revision = 9;
  first.skip_through.after.assign(kind.partitions, offset{12});
  first.created_at = at_ms(-5);
  first.updated_at = at_ms(1'700'000'000'123);
  const subscription_record second = make_subscription(2);

  commit_changes(subject->store(), {.subscriptions = {first, second}});
  CHECK(load_sorted(subject->store()).subscriptions == std::vector{first, second});

  first = make_subscription(1);
  first.name = "renamed";
  first.definition = "{}";
  commit_changes(subject->store(), {.subscriptions = {first}});
  CHECK(load_sorted(subject->store()).subscriptions == std::vector{first, second});
}

TEST_CASE("floors are replaced, lane by lane", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  const partition_id partition{static_cast<std::uint16_t>(kind.partitions - 1)};
  const auto floor = [&](std::uint8_t subscription, priority lane, std::uint64_t seq) {
    return floor_record{subscription_no(subscription), partition, lane, {seq}};
  };

  commit_changes(subject->store(), {.subscriptions = {make_subscription(1), make_subscription(2)},
                                    .floors = {floor(1, priority::high, 5), floor(1, priority::low, 6),
                                               floor(2, priority::high, 7), floor(1, priority::high, 8)}});
  commit_changes(subject->store(), {.floors = {floor(1, priority::low, 1ULL << 40U)}});

  CHECK(load_sorted(subject->store()).floors ==
        std::vector{floor(1, priority::high, 8), floor(1, priority::low, 1ULL << 40U), floor(2, priority::high, 7)});
}

TEST_CASE("ledger counts are added up, and totalled for the current generation", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  const subscription_id id = subscription_no(1);
  subscription_record row = make_subscription(1);
  row.generation = 2;
  const auto counts = [&](std::uint32_t generation, std::uint64_t block, std::uint64_t unit) {
    return ledger_record{id, generation, {}, block, 10 * unit, 4 * unit, 3 * unit, 2 * unit, unit};
  };

  commit_changes(store, {.subscriptions = {row, make_subscription(2)}, .ledger = {counts(1, 0, 100), counts(2, 3, 1)}});
  commit_changes(store, {.ledger = {counts(2, 0, 5), counts(2, 3, 2)}});

  CHECK(store.read_ledger(id, 1) == std::vector{counts(1, 0, 100)});
  CHECK(store.read_ledger(id, 2) == std::vector{counts(2, 0, 5), counts(2, 3, 3)});
  CHECK(store.read_ledger(id, 3).empty());
  CHECK(store.read_ledger(subscription_no(2), 1).empty());
  CHECK(store.load_deliveries().totals == std::vector{counts(2, 0, 8)});

  row.generation = 3;
  commit_changes(store, {.subscriptions = {row}});
  CHECK(store.load_deliveries().totals.empty());
}

TEST_CASE("exceptions are made, replaced and settled", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;
  const auto events = publish(subject->store(), make, 3);
  exception_record held = make_exception(1, *events[1], 0);
  held.lane = priority::critical;
  held.due = at_ms(0);
  held.ordering = "key";

  commit_changes(subject->store(),
                 {.subscriptions = {make_subscription(1), make_subscription(2)},
                  .exceptions = {make_exception(1, *events[0], 1), held, make_exception(2, *events[0], 1)}});
  commit_changes(subject->store(), {.exceptions = {make_exception(1, *events[0], 2)}});
  commit_changes(subject->store(), {.settled = {key_of(2, *events[0]), key_of(2, *events[2])}});

  std::vector expected{make_exception(1, *events[0], 2), held};
  std::ranges::sort(expected, {}, &exception_record::key);
  CHECK(load_sorted(subject->store()).exceptions == expected);
}

TEST_CASE("what is settled may become an exception again in the same change", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;
  const auto events = publish(subject->store(), make, 1);
  commit_changes(subject->store(),
                 {.subscriptions = {make_subscription(1)}, .exceptions = {make_exception(1, *events[0], 1)}});

  commit_changes(subject->store(),
                 {.settled = {key_of(1, *events[0])}, .exceptions = {make_exception(1, *events[0], 2)}});

  CHECK(subject->store().load_deliveries().exceptions == std::vector{make_exception(1, *events[0], 2)});
}

/// All that can hang on a subscription.
store_changes everything_of(std::uint8_t number, const event& of, event_maker& make) {
  store_changes changes;
  changes.subscriptions = {make_subscription(number)};
  changes.revisions = {{subscription_no(number), 1, 1, {}, "{}", at_ms(1)}};
  changes.floors = {{subscription_no(number), of.partition, priority::low, {1}}};
  changes.ledger = {{subscription_no(number), 1, of.partition, 0, 2, 1, 0, 1, 0}};
  changes.exceptions = {make_exception(number, of, 1)};
  changes.attempts = {make_attempt(number, of, 1)};
  changes.dead_letters = {make_dead_letter(number, of, {make.next_id().value})};
  return changes;
}

TEST_CASE("a subscription goes with everything but its dead letters", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  const auto events = publish(store, make, 1);
  commit_changes(store, everything_of(1, *events[0], make));
  commit_changes(store, everything_of(2, *events[0], make));

  commit_changes(store, {.removed = {subscription_no(1), subscription_no(9)}});

  const delivery_state state = store.load_deliveries();
  CHECK(state.subscriptions == std::vector{make_subscription(2)});
  CHECK(state.floors.size() == 1);
  CHECK(state.exceptions.size() == 1);
  CHECK(state.totals.size() == 1);
  CHECK(state.dead_above_floor == std::vector{delivery_state::dead_place{key_of(2, *events[0]), events[0]->priority}});
  CHECK(store.read_ledger(subscription_no(1), 1).empty());
  CHECK(store.list_attempts(subscription_no(1), {}, "", 10)->attempts.empty());
  CHECK(store.list_attempts(subscription_no(2), {}, "", 10)->attempts.size() == 1);
  CHECK(store.query_dead_letters({})->total == 2);
}

TEST_CASE("a subscription that is made anew finds nothing of the one before", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  const auto events = publish(store, make, 1);
  commit_changes(store, everything_of(1, *events[0], make));

  // The first goes and comes again in one change; the other may be given what is free now.
  commit_changes(store,
                 {.removed = {subscription_no(1)}, .subscriptions = {make_subscription(3), make_subscription(1)}});
  commit_changes(store, {.attempts = {make_attempt(3, *events[0], 1)}});

  const delivery_state state = load_sorted(store);
  CHECK(state.subscriptions == std::vector{make_subscription(1), make_subscription(3)});
  CHECK(state.floors.empty());
  CHECK(state.exceptions.empty());
  CHECK(state.totals.empty());
  CHECK(store.list_attempts(subscription_no(1), {}, "", 10)->attempts.empty());
  CHECK(store.list_attempts(subscription_no(3), {}, "", 10)->attempts.size() == 1);
}

TEST_CASE("a restart takes floors and exceptions away, and those of the same change stay", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  const auto events = publish(store, make, 1);
  commit_changes(store, everything_of(1, *events[0], make));
  commit_changes(store, everything_of(2, *events[0], make));
  const floor_record fresh{subscription_no(1), {}, priority::high, {4}};

  commit_changes(store, {.restarted = {subscription_no(1), subscription_no(9)}, .floors = {fresh}});

  const delivery_state state = load_sorted(store);
  REQUIRE(state.floors.size() == 2);
  CHECK(state.floors.front() == fresh);
  CHECK(state.exceptions == std::vector{make_exception(2, *events[0], 1)});
  CHECK(state.totals.size() == 2);
  CHECK(store.list_attempts(subscription_no(1), {}, "", 10)->attempts.size() == 1);
}

TEST_CASE("changes to a subscription that does not exist are passed over", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  const auto events = publish(store, make, 1);
  store_changes orphaned = everything_of(1, *events[0], make);
  orphaned.subscriptions.clear();
  orphaned.removed = orphaned.restarted = {subscription_no(1)};
  orphaned.settled = orphaned.redeemed = {key_of(1, *events[0])};
  orphaned.fired = {make.next_id()};

  commit_changes(store, orphaned);
  commit_changes(store, {.subscriptions = {make_subscription(1)}});

  const delivery_state state = store.load_deliveries();
  CHECK(state.subscriptions.size() == 1);
  CHECK(state.floors.empty());
  CHECK(state.exceptions.empty());
  CHECK(state.dead_above_floor.empty());
  CHECK(state.totals.empty());
  CHECK(store.list_attempts(subscription_no(1), {}, "", 10)->attempts.empty());
  CHECK(store.query_dead_letters({})->total == 0);
}

TEST_CASE("changes are made in their order, together with the entries of the commit", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  const auto floor = [](std::uint64_t seq) { return floor_record{subscription_no(1), {}, priority::normal, {seq}}; };
  const store_changes first{.subscriptions = {make_subscription(1)}, .floors = {floor(5)}};
  const store_changes nothing{};
  const store_changes last{.floors = {floor(6)}};
  const store_changes* const all[] = {&first, &nothing, &last};
  append_entry entry{.record = make.make("t")};
  commit_batch batch{.entries = {&entry, 1}, .changes = all, .now = at_ms(1)};

  store.commit(batch);

  CHECK(entry.outcome == append_outcome::stored);
  CHECK(store.find_event(entry.record->id));
  CHECK(store.load_deliveries().floors == std::vector{floor(6)});
}

TEST_CASE("a commit that fails changes nothing, and succeeds later as a whole", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  const auto events = publish(store, make, 2);
  commit_changes(store, everything_of(1, *events[0], make));
  const delivery_state before = load_sorted(store);
  store_changes more = everything_of(2, *events[1], make);
  more.ledger.push_back(before.totals.front());
  more.restarted = {subscription_no(1)};
  more.redeemed = {key_of(1, *events[0])};
  std::vector<append_entry> entries(2);
  entries[0].record = make.make("lost");
  entries[1].record = make.make("later");
  entries[1].record->deliver_at = at_ms(9000);
  const bool with_entries = GENERATE(true, false);

  subject->fail_commits();
  for (int attempt = 0; attempt < 3; ++attempt) {
    CHECK_THROWS_AS(commit_changes(store, more, with_entries ? std::span{entries} : std::span<append_entry>{}), error);
    for (const append_entry& entry : entries) CHECK(entry.outcome == append_outcome::pending);
  }
  const delivery_state after = load_sorted(store);
  CHECK(after.subscriptions == before.subscriptions);
  CHECK(after.floors == before.floors);
  CHECK(after.exceptions == before.exceptions);
  CHECK(after.dead_above_floor == before.dead_above_floor);
  CHECK(after.totals == before.totals);
  CHECK(store.query_dead_letters({})->total == 1);
  CHECK(store.list_attempts(subscription_no(2), {}, "", 10)->attempts.empty());
  CHECK_FALSE(store.find_event(entries[0].record->id));
  CHECK(store.read_schedule(10).empty());

  subject->heal();
  commit_changes(store, more, with_entries ? std::span{entries} : std::span<append_entry>{});
  const delivery_state healed = load_sorted(store);
  CHECK(healed.subscriptions.size() == 2);
  CHECK(healed.floors.size() == 1);
  CHECK(healed.exceptions == more.exceptions);
  CHECK(healed.totals.front().matched == 2 * before.totals.front().matched);
  CHECK(store.query_dead_letters({})->total == 1);
  CHECK(store.read_schedule(10).size() == (with_entries ? 1 : 0));
}

}  // namespace
}  // namespace eventmgr
