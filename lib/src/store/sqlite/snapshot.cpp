#include "store/sqlite/snapshot.hpp"

#include "store/sqlite/column_values.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/delivery_reader.hpp"
#include "store/sqlite/event_rows.hpp"
#include "store/sqlite/failure.hpp"
#include "store/sqlite/file_lock.hpp"
#include "store/sqlite/name_dictionary.hpp"
#include "store/sqlite/schema.hpp"
#include "store/sqlite/sqlite_event_store.hpp"
#include "store/sqlite/statement.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace eventmgr::sqlite {
namespace {

constexpr std::size_t page_events = 1000;
constexpr std::uint64_t page_bytes = 4ULL << 20U;

struct schema_part {
  const char* kind;
  const char* name;
};
constexpr std::array expected_parts{schema_part{"index", "attempts_by_event"},
                                    schema_part{"index", "dead_letters_by_event"},
                                    schema_part{"index", "dead_letters_by_failure"},
                                    schema_part{"index", "dead_letters_by_time"},
                                    schema_part{"index", "events_by_causation"},
                                    schema_part{"index", "events_by_correlation"},
                                    schema_part{"index", "events_by_id"},
                                    schema_part{"index", "events_by_topic"},
                                    schema_part{"index", "redeliveries_by_time"},
                                    schema_part{"index", "scheduled_by_due"},
                                    schema_part{"trigger", "dead_letters_counted"}};

constexpr std::array tables_of_subscriptions{"subscription_revisions", "floors", "ledger", "deliveries", "attempts"};

// As the file's numbers are signed.
std::int64_t bound_of(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX));
}

constexpr const char* earlier_revisions =
    "SELECT s.id, max(r.revision) FROM subscriptions s JOIN subscription_revisions r "
    "ON r.subscription = s.key AND r.generation < s.generation GROUP BY s.key";

// The statements name no index, for one that is missing is a fault to be told, not the end of the proof.

constexpr const char* ledger_rows =
    "SELECT s.id, l.generation, l.block, l.matched, l.acknowledged, l.expired, l.dead, l.skipped "
    "FROM subscriptions s CROSS JOIN ledger l ON l.subscription = s.key AND l.generation = s.generation "
    "AND l.block BETWEEN ?1 AND ?2";

constexpr const char* exception_rows =
    "SELECT s.id, d.seq, d.lane, d.attempts, d.due, d.ordering FROM subscriptions s "
    "CROSS JOIN deliveries d ON d.subscription = s.key AND d.seq BETWEEN ?1 AND ?2";

// One after the other of those that have any, so that the index by subscription and offset serves.
constexpr const char* dead_letter_rows =
    "WITH RECURSIVE owners (id) AS ("
    "SELECT min(subscription) FROM dead_letter_events UNION ALL "
    "SELECT (SELECT min(subscription) FROM dead_letter_events WHERE subscription > owners.id) FROM owners "
    "WHERE owners.id IS NOT NULL) "
    "SELECT d.id, d.subscription, d.seq, d.event, d.generation, d.lane, d.attempts, d.failed_at, d.state, "
    "d.subscription_name, d.reason, d.fingerprint, d.counted FROM owners "
    "CROSS JOIN dead_letter_events d ON d.subscription = owners.id AND d.seq BETWEEN ?1 AND ?2";

class sqlite_snapshot final : public store_snapshot, public endable {
 public:
  /// Of a database that nobody has open (with its lock), or that is open for writing elsewhere (with its board).
  sqlite_snapshot(std::string path, offset known_head, std::unique_ptr<file_lock> lock, snapshot_board* board)
      : path_{std::move(path)},
        lock_{std::move(lock)},
        board_{board},
        view_{std::make_unique<view>(path_)},
        known_head_{known_head} {
    connection& database = view_->database;
    // Not even a look at the file may change it.
    sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    database.execute("PRAGMA cache_size = -8192");
    if (lock_) require_schema(database, path_);
    // The transaction begins with its first read.
    database.query_integer("SELECT count(*) FROM meta");
    view_->rows = std::make_unique<prepared>(database);
  }
  ~sqlite_snapshot() override {
    if (board_ != nullptr) board_->remove(*this);
  }
  sqlite_snapshot(const sqlite_snapshot&) = delete;
  sqlite_snapshot& operator=(const sqlite_snapshot&) = delete;

  void end() noexcept override {
    ended_ = true;
    while (!use_.try_lock()) {
      sqlite3_interrupt(view_->database.handle());
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    view_.reset();
    use_.unlock();
  }

  std::vector<std::string> faults() override {
    return guard([&] {
      statement find{view_->database, "SELECT 1 FROM sqlite_schema WHERE type = ?1 AND name = ?2"};
      std::vector<std::string> found;
      for (const schema_part& each : expected_parts) {
        find.bind(1, std::string_view{each.kind});
        find.bind(2, std::string_view{each.name});
        const scoped_run run{find};
        if (!find.step()) found.push_back(std::string{"the "} + each.kind + " " + each.name + " is missing");
      }
      return found;
    });
  }

  std::vector<std::string> orphans() override {
    return guard([&] {
      std::vector<std::string> found;
      for (const char* const table : tables_of_subscriptions) {
        const std::string count =
            std::string{"SELECT count(*) FROM "} + table + " WHERE subscription NOT IN (SELECT key FROM subscriptions)";
        const std::int64_t rows = view_->database.query_integer(count.c_str());
        if (rows == 0) continue;
        found.push_back(std::to_string(rows) + (rows == 1 ? " row of " : " rows of ") + table +
                        (rows == 1 ? " is" : " are") + " of a subscription that is not there");
      }
      return found;
    });
  }

  std::vector<partition_claim> partitions() override {
    return guard([&] {
      const std::int64_t written =
          view_->database.query_integer("SELECT max(value) FROM meta WHERE name IN ('head', 'counted_through')");
      return std::vector{partition_claim{.head = std::max(known_head_, offset{static_cast<std::uint64_t>(written)})}};
    });
  }

  std::vector<std::shared_ptr<const event>> read_log(partition_id /*partition*/, offset after) override {
    return guard([&] {
      std::vector<std::shared_ptr<const event>> page;
      if (after.value >= INT64_MAX) return page;
      std::uint64_t bytes = 0;
      statement& log = view_->rows->log;
      log.bind(1, after);
      const scoped_run run{log};
      while (page.size() < page_events && bytes < page_bytes && log.step()) {
        const std::string& topic = view_->rows->topics.name_of(log.integer(event_topic_column));
        page.push_back(std::make_shared<const event>(
            read_event(log, topic_name::trusted(topic), view_->rows->types, view_->rows->sources)));
        bytes += page.back()->payload.size() + page.back()->metadata.size();
      }
      return page;
    });
  }

  void visit_ids(const visitor<id_entry>& visit) override {
    guard([&] {
      statement entries{view_->database, "SELECT id, seq FROM events ORDER BY id, seq"};
      while (entries.step()) visit({.id = {entries.id(0)}, .seq = {count_in(entries, 1)}});
    });
  }

  std::vector<subscription_state> subscriptions() override;

  std::vector<dead_letter_total> dead_letter_totals() override {
    return guard([&] {
      std::vector<dead_letter_total> totals;
      statement rows{view_->database, "SELECT subscription, kept FROM dead_letter_totals"};
      while (rows.step()) totals.push_back({.subscription = {rows.id(0)}, .kept = count_in(rows, 1)});
      return totals;
    });
  }

  void visit_ledger(block_span where, const visitor<ledger_record>& visit) override {
    visit_rows(view_->rows->ledger, where.first, where.last, [&](const statement& row) {
      visit({.subscription = {row.id(0)},
             .generation = static_cast<std::uint32_t>(row.integer(1)),
             .block = count_in(row, 2),
             .matched = count_in(row, 3),
             .acknowledged = count_in(row, 4),
             .expired = count_in(row, 5),
             .dead = count_in(row, 6),
             .skipped = count_in(row, 7)});
    });
  }

  void visit_exceptions(offset_span where, const visitor<exception_record>& visit) override {
    visit_rows(view_->rows->exceptions, where.first.value, where.last.value, [&](const statement& row) {
      visit({.key = {{row.id(0)}, {}, {count_in(row, 1)}},
             .lane = static_cast<priority>(row.integer(2)),
             .attempts = static_cast<std::uint32_t>(row.integer(3)),
             .due = time_of(row.integer(4)),
             .ordering = std::string{row.text(5)}});
    });
  }

  void visit_dead_letters(offset_span where, const visitor<dead_letter_record>& visit) override {
    visit_rows(view_->rows->dead_letters, where.first.value, where.last.value, [&](const statement& row) {
      visit({.id = {row.id(0)},
             .key = {{row.id(1)}, {}, {count_in(row, 2)}},
             .generation = static_cast<std::uint32_t>(row.integer(4)),
             .lane = static_cast<priority>(row.integer(5)),
             .event = {row.id(3)},
             .subscription_name = std::string{row.text(9)},
             .reason = std::string{row.text(10)},
             .fingerprint = std::string{row.text(11)},
             .attempts = static_cast<std::uint32_t>(row.integer(6)),
             .failed_at = time_of(row.integer(7)),
             .state = static_cast<dead_letter_state>(row.integer(8)),
             .counted = row.integer(12) != 0});
    });
  }

 private:
  /// What is asked for again and again.
  struct prepared {
    explicit prepared(connection& from)
        : topics{from, "topics"},
          types{from, "types"},
          sources{from, "sources"},
          log{from, std::string{select_event} + " NOT INDEXED WHERE seq > ?1 ORDER BY seq"},
          ledger{from, ledger_rows},
          exceptions{from, exception_rows},
          dead_letters{from, dead_letter_rows} {}

    name_lookup topics;
    name_lookup types;
    name_lookup sources;
    statement log;
    statement ledger;
    statement exceptions;
    statement dead_letters;
  };

  /// The connection with its transaction; `rows` are there once the schema is known to be ours.
  struct view {
    explicit view(const std::string& path)
        : database{path, access::read_only}, moment{database, transaction::kind::read} {}

    connection database;
    transaction moment;
    std::unique_ptr<prepared> rows{};
  };

  template <class Work>
  auto guard(const Work& work) const -> decltype(work()) {
    const std::scoped_lock lock{use_};
    if (ended_) throw_ended();
    try {
      return work();
    } catch (const sqlite_failure& cause) {
      if (ended_) throw_ended();
      throw unavailable(path_, cause);
    }
  }

  [[noreturn]] void throw_ended() const {
    throw error{{errc::store_unavailable, path_ + " had to be opened anew after an input/output error: begin again"}};
  }

  template <class Read>
  void visit_rows(statement& rows, std::uint64_t first, std::uint64_t last, const Read& read) const {
    guard([&] {
      rows.bind(1, bound_of(first));
      rows.bind(2, bound_of(last));
      const scoped_run run{rows};
      while (rows.step()) read(rows);
    });
  }

  const std::string path_;
  const std::unique_ptr<file_lock> lock_;
  snapshot_board* const board_;
  mutable std::recursive_mutex use_;  ///< visitors may call again
  std::atomic<bool> ended_{false};
  std::unique_ptr<view> view_;
  const offset known_head_;
};

std::vector<subscription_state> sqlite_snapshot::subscriptions() {
  return guard([&] {
    std::vector<subscription_state> all;
    std::map<subscription_id, std::size_t> places;
    for (subscription_record& record : read_subscriptions(view_->database)) {
      places.emplace(record.id, all.size());
      all.push_back({.record = std::move(record)});
    }
    for (revision_record& row : read_revisions(view_->database)) {
      all[places.at(row.subscription)].revisions.push_back(std::move(row));
    }
    for (const floor_record& row : read_floors(view_->database)) all[places.at(row.subscription)].floors.push_back(row);
    statement earlier{view_->database, earlier_revisions};
    while (earlier.step()) all[places.at({earlier.id(0)})].earlier_revision = count_in(earlier, 1);
    return all;
  });
}

}  // namespace

std::unique_ptr<store_snapshot> take_snapshot(const std::string& path, offset known_head, snapshot_board& board) {
  try {
    return board.add([&] { return std::make_unique<sqlite_snapshot>(path, known_head, nullptr, &board); });
  } catch (const sqlite_failure& cause) {
    throw unavailable(path, cause);
  }
}

}  // namespace eventmgr::sqlite

namespace eventmgr {

std::unique_ptr<store_snapshot> open_sqlite_snapshot(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    throw error{{errc::store_unavailable, "there is no store at " + path}};
  }
  try {
    return std::make_unique<sqlite::sqlite_snapshot>(path, offset{}, std::make_unique<sqlite::file_lock>(path),
                                                     nullptr);
  } catch (const sqlite::sqlite_failure& cause) {
    throw sqlite::unavailable(path, cause);
  }
}

}  // namespace eventmgr
