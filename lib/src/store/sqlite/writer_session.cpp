#include "store/sqlite/writer_session.hpp"

#include "store/sqlite/column_values.hpp"
#include "store/sqlite/event_rows.hpp"
#include "store/sqlite/failure.hpp"
#include "store/sqlite/schema.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <unordered_map>

namespace eventmgr::sqlite {
namespace {

int remember_frames(void* counter, sqlite3* /*handle*/, const char* /*schema*/, int frames) noexcept {
  *static_cast<std::uint32_t*>(counter) = static_cast<std::uint32_t>(frames);
  return SQLITE_OK;
}

/// Where the file system cannot share memory, SQLite keeps another mode without a word.
void require_log(connection& database) {
  statement mode{database, "PRAGMA journal_mode = WAL"};
  const std::string found{mode.step() ? mode.text(0) : std::string_view{}};
  if (found == "wal") return;
  throw sqlite_failure{SQLITE_CANTOPEN, "its file system allows no write-ahead log, the journal mode is " + found};
}

/// An offset is given out once, also where the events that had the newest ones are gone: the gap must stay to be seen.
partition_state read_log_state(connection& database) {
  partition_state state;
  state.head = {static_cast<std::uint64_t>(
      database.query_integer("SELECT max(value) FROM meta WHERE name IN ('head', 'counted_through')"))};
  state.first = state.head.next();
  statement newest{database, "SELECT seq, received_at FROM events ORDER BY seq DESC LIMIT 1"};
  if (!newest.step()) return state;
  state.head = std::max(state.head, offset{static_cast<std::uint64_t>(newest.integer(0))});
  state.last_received = time_of(newest.integer(1));
  state.first = {static_cast<std::uint64_t>(database.query_integer("SELECT min(seq) FROM events"))};
  return state;
}

std::vector<topic_row> read_topics(connection& database) {
  statement rows{database, "SELECT key, name, event_count, last_event, description, declared_at FROM topics"};
  std::vector<topic_row> topics;
  while (rows.step()) {
    topic_row& row = topics.emplace_back();
    row.key = rows.integer(0);
    row.info.topic = topic_name::trusted(std::string{rows.text(1)});
    row.info.event_count = static_cast<std::uint64_t>(rows.integer(2));
    if (!rows.is_null(3)) row.info.last_event = time_of(rows.integer(3));
    row.info.description = rows.text(4);
    row.info.declared = !rows.is_null(5);
    if (row.info.declared) row.info.declared_at = time_of(rows.integer(5));
  }
  return topics;
}

/// Adds the events that the counts in the file do not cover yet.
void count_rest(connection& database, offset counted_through, std::vector<topic_row>& topics) {
  std::unordered_map<std::int64_t, topic_row*> by_key;
  for (topic_row& row : topics) by_key.emplace(row.key, &row);
  statement counts{database,
                   "SELECT topic, count(*), max(received_at) FROM events NOT INDEXED WHERE seq > ?1 GROUP BY topic"};
  counts.bind(1, counted_through);
  while (counts.step()) {
    const auto found = by_key.find(counts.integer(0));
    if (found == by_key.end()) throw sqlite_failure{SQLITE_CORRUPT, "an event is on a topic that is not there"};
    topic_row& row = *found->second;
    row.info.event_count += static_cast<std::uint64_t>(counts.integer(1));
    row.info.last_event = time_of(counts.integer(2));
    row.unsaved = true;
  }
}

}  // namespace

connection writer_session::open(const sqlite_options& options) {
  connection database{options.path, access::read_write};
  if (sqlite3_db_readonly(database.handle(), "main") != 0) {
    throw sqlite_failure{SQLITE_READONLY, "the file is read-only"};
  }
  database.set_lock_timeout(options.query_timeout);
  // After a failure nothing is copied by the way; what is closed in order says so.
  sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  prepare_schema(database, options.path);
  require_log(database);
  // The log is copied by the checkpointer, stays when the store is closed, and keeps its size, but for what it has
  // grown while a snapshot held it.
  const std::string pragmas =
      "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = "
      "-16384; PRAGMA journal_size_limit = " +
      std::to_string(options.max_wal_bytes);
  database.execute(pragmas.c_str());
  int persist = 1;
  sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
  return database;
}

writer_session::writer_session(const sqlite_options& options)
    : database{open(options)},
      types{database, "types"},
      sources{database, "sources"},
      insert_event{make_insert_event(database)},
      find_original{database, "SELECT seq, topic FROM events WHERE id = ?1"},
      add_topic{database, "INSERT INTO topics (key, name) VALUES (?1, ?2)"},
      save_count{database, "UPDATE topics SET event_count = ?2, last_event = ?3 WHERE key = ?1"},
      save_counted_through{database, "UPDATE meta SET value = ?1 WHERE name = 'counted_through'"},
      declare{database,
              "INSERT INTO topics (key, name, description, declared_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) "
              "DO UPDATE SET description = excluded.description, declared_at = excluded.declared_at"},
      undeclare{database, "UPDATE topics SET description = '', declared_at = NULL WHERE key = ?1"},
      save_change_number{database, "UPDATE meta SET value = ?1 WHERE name = 'change_number'"},
      save_head{database,
                "INSERT INTO meta VALUES ('head', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value"},
      changes_to_deliveries{database},
      schedule{database} {
  sqlite3_wal_hook(database.handle(), &remember_frames, &wal_frames_);
  mark();
}

void writer_session::mark() { database.execute("UPDATE meta SET value = value + 1 WHERE name = 'openings'"); }

stored_state writer_session::load() {
  stored_state stored;
  transaction snapshot{database, transaction::kind::read};
  stored.log = read_log_state(database);
  const auto counted = database.query_integer("SELECT value FROM meta WHERE name = 'counted_through'");
  stored.counted_through = {static_cast<std::uint64_t>(counted)};
  stored.topics = read_topics(database);
  count_rest(database, stored.counted_through, stored.topics);
  stored.change_number = database.query_integer("SELECT value FROM meta WHERE name = 'change_number'");
  stored.scheduled = static_cast<std::uint64_t>(database.query_integer("SELECT count(*) FROM scheduled_events"));
  snapshot.commit();
  return stored;
}

void writer_session::forget() noexcept {
  types.forget();
  sources.forget();
  changes_to_deliveries.forget();
}

void writer_session::copy_on_close() {
  // For the next run: with a limit SQLite would cut the log to nothing.
  database.execute("PRAGMA journal_size_limit = -1");
  sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
}

void writer_session::checkpoint() {
  const int outcome = sqlite3_wal_checkpoint_v2(database.handle(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  // Busy: the checkpointer is still at it.
  if (outcome != SQLITE_OK && outcome != SQLITE_BUSY) throw sqlite_failure{database.handle(), outcome};
}

bool writer_session::start_log_afresh(std::chrono::milliseconds patience) {
  database.set_lock_timeout(patience);
  const int outcome = sqlite3_wal_checkpoint_v2(database.handle(), "main", SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
  if (outcome != SQLITE_OK && outcome != SQLITE_BUSY) throw sqlite_failure{database.handle(), outcome};
  return outcome == SQLITE_OK;
}

std::int64_t writer_session::changes() const noexcept { return sqlite3_changes64(database.handle()); }

}  // namespace eventmgr::sqlite
