#include "store/sqlite/delivery_reader.hpp"

#include "store/sqlite/column_values.hpp"
#include "store/sqlite/position_column.hpp"
#include "store/sqlite/reader.hpp"
#include "store/sqlite/redelivery_reader.hpp"

namespace eventmgr::sqlite {

std::vector<subscription_record> read_subscriptions(connection& database) {
  statement rows{database,
                 "SELECT id, name, status, status_reason, generation, revision, skip_through, created_at, updated_at, "
                 "definition FROM subscriptions ORDER BY key"};
  std::vector<subscription_record> records;
  while (rows.step()) {
    subscription_record& record = records.emplace_back();
    record.id = {rows.id(0)};
    record.name = rows.text(1);
    record.status = static_cast<subscription_status>(rows.integer(2));
    record.status_reason = rows.text(3);
    record.generation = static_cast<std::uint32_t>(rows.integer(4));
    record.revision = count_in(rows, 5);
    record.skip_through = position_in(rows, 6);
    record.created_at = time_of(rows.integer(7));
    record.updated_at = time_of(rows.integer(8));
    record.definition = rows.text(9);
  }
  return records;
}

std::vector<revision_record> read_revisions(connection& database) {
  statement rows{database,
                 "SELECT s.id, r.revision, r.generation, r.after, r.at, r.matching FROM subscriptions s "
                 "JOIN subscription_revisions r ON r.subscription = s.key AND r.generation = s.generation "
                 "ORDER BY s.key, r.revision"};
  std::vector<revision_record> records;
  while (rows.step()) {
    revision_record& record = records.emplace_back();
    record.subscription = {rows.id(0)};
    record.revision = count_in(rows, 1);
    record.generation = static_cast<std::uint32_t>(rows.integer(2));
    record.from = position_in(rows, 3);
    record.at = time_of(rows.integer(4));
    record.matching = rows.text(5);
  }
  return records;
}

std::vector<floor_record> read_floors(connection& database) {
  statement rows{database, "SELECT s.id, f.lane, f.floor FROM floors f JOIN subscriptions s ON s.key = f.subscription"};
  std::vector<floor_record> records;
  while (rows.step()) {
    records.push_back({{rows.id(0)}, {}, static_cast<priority>(rows.integer(1)), {count_in(rows, 2)}});
  }
  return records;
}

namespace {

std::vector<exception_record> read_exceptions(connection& database) {
  statement rows{database,
                 "SELECT s.id, d.seq, d.lane, d.attempts, d.due, d.ordering FROM deliveries d "
                 "JOIN subscriptions s ON s.key = d.subscription"};
  std::vector<exception_record> records;
  while (rows.step()) {
    exception_record& record = records.emplace_back();
    record.key = {{rows.id(0)}, {}, {count_in(rows, 1)}};
    record.lane = static_cast<priority>(rows.integer(2));
    record.attempts = static_cast<std::uint32_t>(rows.integer(3));
    record.due = time_of(rows.integer(4));
    record.ordering = rows.text(5);
  }
  return records;
}

/// Lane by lane from its floor on, so that dead letters of long ago cost nothing.
std::vector<delivery_state::dead_place> read_dead_above_floor(connection& database) {
  statement rows{database,
                 "SELECT s.id, d.seq, d.lane FROM subscriptions s "
                 "CROSS JOIN (VALUES (0), (1), (2), (3)) AS l "
                 "LEFT JOIN floors f ON f.subscription = s.key AND f.lane = l.column1 "
                 "CROSS JOIN dead_letter_events d INDEXED BY dead_letters_by_event "
                 "ON d.subscription = s.id AND d.seq > coalesce(f.floor, 0) AND d.lane = l.column1 "
                 "AND d.generation = s.generation AND d.counted"};
  std::vector<delivery_state::dead_place> places;
  while (rows.step()) {
    places.push_back({{{rows.id(0)}, {}, {count_in(rows, 1)}}, static_cast<priority>(rows.integer(2))});
  }
  return places;
}

/// Columns: id, generation, block, matched, acknowledged, expired, dead, skipped.
std::vector<ledger_record> read_counts(statement& rows) {
  std::vector<ledger_record> records;
  while (rows.step()) {
    ledger_record& record = records.emplace_back();
    record.subscription = {rows.id(0)};
    record.generation = static_cast<std::uint32_t>(rows.integer(1));
    record.block = count_in(rows, 2);
    record.matched = count_in(rows, 3);
    record.acknowledged = count_in(rows, 4);
    record.expired = count_in(rows, 5);
    record.dead = count_in(rows, 6);
    record.skipped = count_in(rows, 7);
  }
  return records;
}

std::vector<ledger_record> read_totals(connection& database) {
  statement rows{database,
                 "SELECT s.id, s.generation, 0, sum(l.matched), sum(l.acknowledged), sum(l.expired), sum(l.dead), "
                 "sum(l.skipped) FROM subscriptions s JOIN ledger l ON l.subscription = s.key "
                 "AND l.generation = s.generation GROUP BY s.key"};
  return read_counts(rows);
}

}  // namespace

delivery_state load_deliveries(reader& from) {
  connection& database = from.database();
  delivery_state state;
  state.subscriptions = read_subscriptions(database);
  state.revisions = read_revisions(database);
  state.floors = read_floors(database);
  state.exceptions = read_exceptions(database);
  state.dead_above_floor = read_dead_above_floor(database);
  state.totals = read_totals(database);
  load_redeliveries(from, state);
  return state;
}

std::vector<ledger_record> read_ledger(reader& from, subscription_id subscription, std::uint32_t generation) {
  statement rows{from.database(),
                 "SELECT s.id, l.generation, l.block, l.matched, l.acknowledged, l.expired, l.dead, l.skipped "
                 "FROM subscriptions s JOIN ledger l ON l.subscription = s.key "
                 "WHERE s.id = ?1 AND l.generation = ?2 ORDER BY l.block"};
  rows.bind(1, subscription.value);
  rows.bind(2, std::int64_t{generation});
  return read_counts(rows);
}

}  // namespace eventmgr::sqlite
