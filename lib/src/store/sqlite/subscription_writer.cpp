#include "store/sqlite/subscription_writer.hpp"

#include "store/sqlite/column_values.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/position_column.hpp"

namespace eventmgr::sqlite {
namespace {

void run_for(statement& removal, std::int64_t key) {
  removal.bind(1, key);
  removal.run();
}

}  // namespace

subscription_writer::subscription_writer(connection& writer)
    : find_key_{writer, "SELECT key FROM subscriptions WHERE id = ?1"},
      put_subscription_{writer,
                        "INSERT INTO subscriptions (id, name, status, status_reason, generation, revision, "
                        "skip_through, created_at, updated_at, definition) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (id) DO UPDATE SET "
                        "name = excluded.name, status = excluded.status, status_reason = excluded.status_reason, "
                        "generation = excluded.generation, revision = excluded.revision, "
                        "skip_through = excluded.skip_through, created_at = excluded.created_at, "
                        "updated_at = excluded.updated_at, definition = excluded.definition"},
      put_revision_{writer,
                    "INSERT OR REPLACE INTO subscription_revisions (subscription, revision, generation, after, at, "
                    "matching) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
      restart_{statement{writer, "DELETE FROM floors WHERE subscription = ?1"},
               statement{writer, "DELETE FROM deliveries WHERE subscription = ?1"}},
      remove_rest_{statement{writer, "DELETE FROM subscription_revisions WHERE subscription = ?1"},
                   statement{writer, "DELETE FROM ledger WHERE subscription = ?1"},
                   statement{writer, "DELETE FROM attempts WHERE subscription = ?1"},
                   statement{writer, "DELETE FROM subscriptions WHERE key = ?1"}} {}

std::int64_t subscription_writer::key_of(subscription_id id) {
  const auto known = keys_.find(id);
  if (known != keys_.end()) return known->second;
  find_key_.bind(1, id.value);
  const scoped_run found{find_key_};
  if (!find_key_.step()) return 0;
  return keys_.emplace(id, find_key_.integer(0)).first->second;
}

void subscription_writer::put(const subscription_record& record) {
  const std::string skip_through = position_text(record.skip_through);
  statement& put = put_subscription_;
  put.bind(1, record.id.value);
  put.bind(2, std::string_view{record.name});
  put.bind(3, static_cast<std::int64_t>(record.status));
  bind_text_or_null(put, 4, record.status_reason);
  put.bind(5, std::int64_t{record.generation});
  bind_count(put, 6, record.revision);
  bind_text_or_null(put, 7, skip_through);
  put.bind(8, milliseconds_of(record.created_at));
  put.bind(9, milliseconds_of(record.updated_at));
  put.bind(10, std::string_view{record.definition});
  put.run();
}

void subscription_writer::put(const revision_record& record) {
  const std::int64_t key = key_of(record.subscription);
  if (key == 0) return;
  const std::string from = position_text(record.from);
  statement& put = put_revision_;
  put.bind(1, key);
  bind_count(put, 2, record.revision);
  put.bind(3, std::int64_t{record.generation});
  bind_text_or_null(put, 4, from);
  put.bind(5, milliseconds_of(record.at));
  put.bind(6, std::string_view{record.matching});
  put.run();
}

void subscription_writer::restart(subscription_id id) {
  const std::int64_t key = key_of(id);
  if (key == 0) return;
  for (statement& removal : restart_) run_for(removal, key);
}

void subscription_writer::remove(subscription_id id) {
  const std::int64_t key = key_of(id);
  if (key == 0) return;
  for (statement& removal : restart_) run_for(removal, key);
  for (statement& removal : remove_rest_) run_for(removal, key);
  keys_.erase(id);
}

}  // namespace eventmgr::sqlite
