#include "store/sqlite/redelivery_writer.hpp"

#include "store/common/redelivery_retention.hpp"
#include "store/sqlite/column_values.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/position_column.hpp"

#include <string>
#include <vector>

namespace eventmgr::sqlite {

static_assert(is_over(redelivery_state{2}) && is_over(redelivery_state{4}) && is_over(redelivery_state{5}));

redelivery_writer::redelivery_writer(connection& writer)
    : put_{writer,
           "INSERT INTO redeliveries (id, kind, state, total, delivered, failed, skipped, forgiven, created_at, "
           "updated_at, after, through, reason, request) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT (id) DO UPDATE SET "
           "kind = excluded.kind, state = excluded.state, total = excluded.total, delivered = excluded.delivered, "
           "failed = excluded.failed, skipped = excluded.skipped, forgiven = excluded.forgiven, "
           "created_at = excluded.created_at, updated_at = excluded.updated_at, after = excluded.after, "
           "through = excluded.through, reason = excluded.reason, request = excluded.request"},
      put_progress_{writer,
                    "INSERT OR REPLACE INTO replay_progress (replay, subscription, passed, delivered, failed, done, "
                    "floor, subscription_name) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 "
                    "WHERE EXISTS (SELECT 1 FROM redeliveries WHERE id = ?1)"},
      find_old_{writer,
                "SELECT id FROM redeliveries WHERE kind = ?1 AND state IN (2, 4, 5) "
                "ORDER BY created_at DESC, id DESC LIMIT -1 OFFSET ?2"},
      remove_{writer, "DELETE FROM redeliveries WHERE id = ?1"},
      remove_progress_{writer, "DELETE FROM replay_progress WHERE replay = ?1"} {}

void redelivery_writer::put(const redelivery_record& record) {
  const std::string from = position_text(record.from);
  const std::string to = position_text(record.to);
  put_.bind(1, record.id);
  put_.bind(2, static_cast<std::int64_t>(record.kind));
  put_.bind(3, static_cast<std::int64_t>(record.state));
  bind_count(put_, 4, record.total);
  bind_count(put_, 5, record.delivered);
  bind_count(put_, 6, record.failed);
  bind_count(put_, 7, record.skipped);
  bind_count(put_, 8, record.forgiven);
  put_.bind(9, milliseconds_of(record.created_at));
  put_.bind(10, milliseconds_of(record.updated_at));
  bind_text_or_null(put_, 11, from);
  bind_text_or_null(put_, 12, to);
  bind_text_or_null(put_, 13, record.reason);
  put_.bind(14, std::string_view{record.request});
  put_.run();
  if (is_over(record.state)) retain(record.kind);
}

void redelivery_writer::put(const replay_progress_record& record) {
  const std::string floor = position_text(record.floor);
  statement& put = put_progress_;
  put.bind(1, record.replay);
  put.bind(2, record.subscription.value);
  bind_count(put, 3, record.passed);
  bind_count(put, 4, record.delivered);
  bind_count(put, 5, record.failed);
  put.bind(6, std::int64_t{record.done ? 1 : 0});
  bind_text_or_null(put, 7, floor);
  put.bind(8, std::string_view{record.subscription_name});
  put.run();
}

void redelivery_writer::retain(redelivery_kind kind) {
  std::vector<uuid> old;
  {
    find_old_.bind(1, static_cast<std::int64_t>(kind));
    find_old_.bind(2, std::int64_t{kept_redeliveries});
    const scoped_run found{find_old_};
    while (find_old_.step()) old.push_back(find_old_.id(0));
  }
  for (const uuid& id : old) {
    remove_.bind(1, id);
    remove_.run();
    remove_progress_.bind(1, id);
    remove_progress_.run();
  }
}

}  // namespace eventmgr::sqlite
