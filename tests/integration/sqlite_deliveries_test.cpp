#include "store/common/attempt_retention.hpp"
#include "store/sqlite/sqlite_event_store.hpp"
#include "support/delivery_records.hpp"
#include "support/fault_vfs.hpp"
#include "support/process.hpp"
#include "support/sqlite_file.hpp"

#include <catch2/catch.hpp>

namespace eventmgr {
namespace {

using namespace testing;
using namespace std::chrono_literals;

std::unique_ptr<event_store> open_unthrottled_store(const std::string& path) {
  return make_sqlite_event_store({.path = path, .retry_interval = 0ms});
}

TEST_CASE("what is known of deliveries survives", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make;
  const auto record = make.make("a");
  const auto planned = make.make("b");
  planned->deliver_at = at_ms(8000);
  store_changes changes{.subscriptions = {make_subscription(1)}};
  const dead_letter_id letter{make.next_id().value};
  delivery_state before;
  {
    const auto store = open_unthrottled_store(path);
    const std::shared_ptr<event> records[] = {record, planned};
    commit(*store, records);
    changes.revisions = {{subscription_no(1), 1, 1, {{{3}}}, "{}", at_ms(1)}};
    changes.floors = {{subscription_no(1), {}, priority::low, {1}}};
    changes.ledger = {{subscription_no(1), 1, {}, 0, 4, 3, 0, 1, 0}};
    changes.exceptions = {{.key = key_of(1, *record), .attempts = 2, .due = at_ms(9), .ordering = "k"}};
    changes.attempts = {make_attempt(1, *record, 1)};
    changes.dead_letters = {make_dead_letter(1, *record, letter)};
    changes.redeliveries = {make_redelivery(1, redelivery_kind::replay, redelivery_state::running)};
    changes.progress = {{.replay = redelivery_no(1), .subscription = subscription_no(1), .floor = {{{3}}}}};
    commit_changes(*store, changes);
    before = load_sorted(*store);
  }
  const auto store = open_unthrottled_store(path);

  const delivery_state after = load_sorted(*store);
  CHECK(after.subscriptions == before.subscriptions);
  CHECK(after.floors == changes.floors);
  CHECK(after.exceptions == changes.exceptions);
  CHECK(after.dead_above_floor == before.dead_above_floor);
  CHECK(after.totals == changes.ledger);
  CHECK(after.redeliveries == changes.redeliveries);
  CHECK(after.progress == changes.progress);
  CHECK(store->read_ledger(subscription_no(1), 1) == changes.ledger);
  CHECK(store->find_dead_letter(letter)->attempts.size() == 1);
  REQUIRE(store->read_schedule(10).size() == 1);
  CHECK(commit_one(*store, planned).outcome == append_outcome::duplicate);
  commit_changes(*store, {.attempts = {make_attempt(1, *record, 2)}});
  const auto attempts = store->list_attempts(subscription_no(1), {}, "", 10).value().attempts;
  REQUIRE(attempts.size() == 2);
  CHECK(attempts.front().attempt == 2);
}

TEST_CASE("what is known of deliveries is loaded however long it takes", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  commit_changes(*open_unthrottled_store(path), {.subscriptions = {make_subscription(1)}});
  execute(path,
          "INSERT INTO deliveries WITH RECURSIVE places (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM places LIMIT "
          "200000) SELECT (SELECT key FROM subscriptions), seq, 2, 1, 0, NULL FROM places");

  const auto store = make_sqlite_event_store({.path = path, .query_timeout = 1ms});

  CHECK(store->load_deliveries().exceptions.size() == 200'000);
}

TEST_CASE("a store of the first release is brought up to date", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make;
  const auto record = commit_one(*open_unthrottled_store(path), make.make("a/b")).record;
  execute(path,
          "DROP TABLE subscriptions; DROP TABLE subscription_revisions; DROP TABLE floors; DROP TABLE ledger;"
          "DROP TABLE deliveries; DROP TABLE attempts; DROP TABLE dead_letter_events; DROP TABLE scheduled_events;"
          "DROP TABLE redeliveries; DROP TABLE replay_progress; DROP INDEX events_by_causation;"
          "DROP TABLE dead_letter_totals;"
          "DELETE FROM meta WHERE name = 'change_number';"
          "UPDATE meta SET value = 1 WHERE name IN ('schema_version', 'min_reader')");

  for (int opening = 0; opening < 2; ++opening) {
    const auto store = open_unthrottled_store(path);
    CHECK(*store->find_event(record->id) == *record);
    const auto number = static_cast<std::uint8_t>(opening + 1);
    commit_changes(*store, {.subscriptions = {make_subscription(number)}});
    CHECK(store->load_deliveries().subscriptions.size() == number);
  }
}

TEST_CASE("dead letters of the second release get their fingerprints, also those that it writes later", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make;
  dead_letter_record old;
  {
    const auto store = open_unthrottled_store(path);
    const auto record = commit_one(*store, make.make("a")).record;
    old = make_dead_letter(1, *record, {make.next_id().value});
    old.reason = "order 5 unknown";
    commit_changes(*store, {.subscriptions = {make_subscription(1)}, .dead_letters = {old}});
  }
  execute(path,
          "DROP TRIGGER dead_letters_counted; DROP TABLE dead_letter_totals;"
          "DROP TABLE redeliveries; DROP TABLE replay_progress; DROP INDEX dead_letters_by_failure;"
          "ALTER TABLE dead_letter_events DROP COLUMN fingerprint;"
          "ALTER TABLE dead_letter_events DROP COLUMN counted; ALTER TABLE attempts DROP COLUMN origin;"
          "ALTER TABLE attempts DROP COLUMN redelivery;"
          "DROP INDEX events_by_causation; UPDATE meta SET value = 2 WHERE name = 'schema_version'");
  old.fingerprint = failure_fingerprint(old.reason);
  CHECK(open_unthrottled_store(path)->dead_letters_of(old.event) == std::vector{old});

  execute(path, "UPDATE dead_letter_events SET fingerprint = '', reason = 'HTTP 500', state = 2");
  old.reason = "HTTP 500";
  old.fingerprint = failure_fingerprint(old.reason);
  old.state = dead_letter_state::discarded;
  CHECK(open_unthrottled_store(path)->dead_letters_of(old.event) == std::vector{old});
}

TEST_CASE("dead letters of an earlier release are counted, also those that it writes later", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make;
  {
    const auto store = open_unthrottled_store(path);
    const auto record = commit_one(*store, make.make("a")).record;
    commit_changes(*store, {.subscriptions = {make_subscription(1)},
                            .dead_letters = {make_dead_letter(1, *record, {make.next_id().value})}});
  }
  execute(path,
          "DROP TRIGGER dead_letters_counted; DROP TABLE dead_letter_totals;"
          "ALTER TABLE attempts DROP COLUMN redelivery;"
          "UPDATE meta SET value = 5 WHERE name = 'schema_version'");
  const auto totals = [&] { return open_unthrottled_store(path)->snapshot()->dead_letter_totals(); };
  CHECK(totals() == std::vector<dead_letter_total>{{subscription_no(1), 1}});
  execute(path,
          "INSERT INTO dead_letter_events (id, subscription, seq, event, lane, attempts, failed_at, state, "
          "subscription_name, reason, generation) SELECT zeroblob(16), subscription, 9, event, lane, attempts, "
          "failed_at, state, subscription_name, reason, generation FROM dead_letter_events");
  CHECK(totals() == std::vector<dead_letter_total>{{subscription_no(1), 2}});
}

TEST_CASE("attempts of an earlier release name no plan, also those that it writes later", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make;
  std::vector<attempt_record> written;
  event record;
  {
    const auto store = open_unthrottled_store(path);
    record = *commit_one(*store, make.make("a")).record;
    written = {make_attempt(1, record, 1), make_attempt(1, record, 2)};
    commit_changes(*store, {.subscriptions = {make_subscription(1)}, .attempts = {written[0]}});
  }
  execute(path, "ALTER TABLE attempts DROP COLUMN redelivery; UPDATE meta SET value = 6 WHERE name = 'schema_version'");
  written[1].attempt.redelivery = redelivery_no(7);
  {
    const auto store = open_unthrottled_store(path);
    commit_changes(*store, {.attempts = {written[1]}});
    CHECK(store->attempts_of(record.partition, record.seq) == written);
  }
  execute(path,
          "INSERT INTO attempts (subscription, number, seq, event, attempt, at, duration, success, status, origin) "
          "SELECT subscription, number + 1, seq, event, 3, at + 1, duration, success, status, origin FROM attempts "
          "WHERE attempt = 2");

  const auto read = open_unthrottled_store(path)->attempts_of(record.partition, record.seq);

  REQUIRE(read.size() == 3);
  CHECK(read[1].attempt.redelivery == redelivery_no(7));
  CHECK(read[2].attempt.attempt == 3);
  CHECK(read[2].attempt.redelivery.is_nil());
}

TEST_CASE("people can read subscriptions and dead letters with sqlite3", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make;
  {
    const auto store = open_unthrottled_store(path);
    const auto record = commit_one(*store, make.make("a")).record;
    commit_changes(*store, {.subscriptions = {make_subscription(1)},
                            .dead_letters = {make_dead_letter(1, *record, {make.next_id().value})}});
  }

  const auto row = sqlite_file{path}.read(
      "SELECT s.name, d.reason, l.type FROM dead_letter_events d "
      "JOIN subscriptions s ON s.id = d.subscription JOIN event_log l ON l.seq = d.seq");

  CHECK(row == std::vector<std::string>{"subscription-1", "HTTP 500", "a"});
}

/// What one commit of `run_deliveries_with_fault` counts.
store_changes count_one() {
  store_changes changes;
  changes.ledger = {{subscription_no(1), 1, {}, 0, 1, 1, 0, 0, 0}};
  changes.floors = {{subscription_no(1), {}, priority::normal, {7}}};
  return changes;
}

std::uint64_t counted(event_store& store) {
  const auto totals = store.load_deliveries().totals;
  return totals.empty() ? 0 : totals.front().matched;
}

/// Counts commit by commit, alone or with a scheduled event, until one fails. What was acknowledged must be counted
/// once, what failed not at all.
void run_deliveries_with_fault(std::uint32_t seed, void (fault_vfs::*inject)(std::uint64_t), std::uint64_t at) {
  CAPTURE(seed, at);
  fault_vfs vfs;
  const temp_dir folder;
  event_maker make{seed};
  const auto store = make_sqlite_event_store({.path = folder.file("events.db"),
                                              .checkpoint_bytes = 100 << 10,
                                              .max_wal_bytes = 400 << 10,
                                              .retry_interval = 0ms});
  commit_changes(*store, {.subscriptions = {make_subscription(1)}});
  std::uint64_t acknowledged = 0;
  std::uint64_t planned = 0;
  const auto count = [&] {
    append_entry entry{.record = make.make("t")};
    entry.record->deliver_at = at_ms(static_cast<std::int64_t>(acknowledged));
    const bool with_event = acknowledged % 2 == 0;
    commit_changes(*store, count_one(), {&entry, with_event ? 1U : 0U});
    ++acknowledged;
    if (with_event) ++planned;
  };

  (vfs.*inject)(at);
  bool failed = false;
  for (int i = 0; i < 400 && !failed; ++i) {
    try {
      count();
    } catch (const error&) {
      failed = true;
    }
  }
  REQUIRE(failed);
  for (int i = 0; i < 3; ++i) CHECK_THROWS_AS(count(), error);
  CHECK(counted(*store) == acknowledged);
  CHECK(store->read_schedule(1000).size() == planned);

  vfs.heal();
  for (int i = 0; i < 10; ++i) count();
  CHECK(counted(*store) == acknowledged);
  CHECK(store->read_schedule(1000).size() == planned);
  const temp_dir other;
  vfs.copy_after_power_cut(folder.file("events.db"), other.file("events.db"), 1.0, make.random());
  CHECK(counted(*open_unthrottled_store(other.file("events.db"))) == acknowledged);
}

TEST_CASE("a change whose sync fails is not made, and none is made twice", "[sqlite]") {
  for (std::uint32_t n = 1; n <= 12; ++n) run_deliveries_with_fault(n, &fault_vfs::fail_syncs_from, n);
}

TEST_CASE("a change whose write fails is not made, and none is made twice", "[sqlite]") {
  for (std::uint32_t n = 1; n <= 24; n += 2) run_deliveries_with_fault(n, &fault_vfs::fail_writes_from, n * n / 4 + n);
}

TEST_CASE("attempts that had to stay when the store was closed may go later", "[sqlite]") {
  const temp_dir folder;
  const std::string path = folder.file("events.db");
  event_maker make;
  const auto fill = [](event_store& store, const event& of, std::uint64_t count) {
    store_changes more;
    for (std::uint64_t i = 0; i < count; ++i) more.attempts.push_back(make_attempt(1, of, 1));
    commit_changes(store, more);
  };
  const std::shared_ptr<event> records[] = {make.make("a"), make.make("b")};
  {
    const auto store = open_unthrottled_store(path);
    commit(*store, records);
    commit_changes(*store, {.subscriptions = {make_subscription(1)},
                            .exceptions = {{.key = key_of(1, *records[0]), .attempts = 1}},
                            .attempts = {make_attempt(1, *records[0], 1)}});
    fill(*store, *records[1], kept_attempts + 100);
  }
  const auto store = open_unthrottled_store(path);
  const auto kept = [&] {
    return store->list_attempts(subscription_no(1), records[0]->id, "", 10).value().attempts.size();
  };
  CHECK(kept() == 1);

  commit_changes(*store, {.settled = {key_of(1, *records[0])}});
  fill(*store, *records[1], attempts_per_sweep);

  CHECK(kept() == 0);
}

}  // namespace
}  // namespace eventmgr
