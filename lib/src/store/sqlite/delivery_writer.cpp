#include "store/sqlite/delivery_writer.hpp"

#include "store/sqlite/column_values.hpp"
#include "store/sqlite/connection.hpp"

namespace eventmgr::sqlite {

delivery_writer::delivery_writer(connection& writer)
    : put_floor_{writer, "INSERT OR REPLACE INTO floors (subscription, lane, floor) VALUES (?1, ?2, ?3)"},
      add_counts_{writer,
                  "INSERT INTO ledger (subscription, generation, block, matched, acknowledged, expired, dead, skipped) "
                  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET "
                  "matched = matched + excluded.matched, acknowledged = acknowledged + excluded.acknowledged, "
                  "expired = expired + excluded.expired, dead = dead + excluded.dead, "
                  "skipped = skipped + excluded.skipped"},
      put_exception_{writer,
                     "INSERT OR REPLACE INTO deliveries (subscription, seq, lane, attempts, due, ordering) "
                     "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
      settle_{writer, "DELETE FROM deliveries WHERE subscription = ?1 AND seq = ?2"} {}

void delivery_writer::put(std::int64_t subscription, const floor_record& record) {
  put_floor_.bind(1, subscription);
  put_floor_.bind(2, static_cast<std::int64_t>(record.lane));
  put_floor_.bind(3, record.floor);
  put_floor_.run();
}

void delivery_writer::add(std::int64_t subscription, const ledger_record& more) {
  add_counts_.bind(1, subscription);
  add_counts_.bind(2, std::int64_t{more.generation});
  bind_count(add_counts_, 3, more.block);
  bind_count(add_counts_, 4, more.matched);
  bind_count(add_counts_, 5, more.acknowledged);
  bind_count(add_counts_, 6, more.expired);
  bind_count(add_counts_, 7, more.dead);
  bind_count(add_counts_, 8, more.skipped);
  add_counts_.run();
}

void delivery_writer::put(std::int64_t subscription, const exception_record& record) {
  put_exception_.bind(1, subscription);
  put_exception_.bind(2, record.key.seq);
  put_exception_.bind(3, static_cast<std::int64_t>(record.lane));
  put_exception_.bind(4, std::int64_t{record.attempts});
  put_exception_.bind(5, milliseconds_of(record.due));
  bind_text_or_null(put_exception_, 6, record.ordering);
  put_exception_.run();
}

void delivery_writer::settle(std::int64_t subscription, offset seq) {
  settle_.bind(1, subscription);
  settle_.bind(2, seq);
  settle_.run();
}

}  // namespace eventmgr::sqlite
