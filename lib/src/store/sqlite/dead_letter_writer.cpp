#include "store/sqlite/dead_letter_writer.hpp"

#include "store/sqlite/column_values.hpp"
#include "store/sqlite/connection.hpp"

namespace eventmgr::sqlite {

dead_letter_writer::dead_letter_writer(connection& writer)
    : put_{writer,
           "INSERT INTO dead_letter_events (id, subscription, seq, event, lane, attempts, failed_at, state, "
           "subscription_name, reason, generation, fingerprint, counted) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) "
           "ON CONFLICT (subscription, seq) DO UPDATE SET event = excluded.event, lane = excluded.lane, "
           "attempts = attempts + excluded.attempts, failed_at = excluded.failed_at, state = CASE WHEN ?14 THEN "
           "excluded.state ELSE state END, "
           "subscription_name = excluded.subscription_name, reason = excluded.reason, "
           "fingerprint = excluded.fingerprint, "
           "generation = CASE WHEN counted > excluded.counted THEN generation ELSE excluded.generation END, "
           "counted = max(counted, excluded.counted)"},
      redeem_{writer, "UPDATE dead_letter_events SET state = ?3 WHERE subscription = ?1 AND seq = ?2 AND state = ?4"},
      discard_{writer, "UPDATE dead_letter_events SET state = ?2 WHERE id = ?1 AND state = ?3"} {}

void dead_letter_writer::put(const dead_letter_record& record) {
  put_.bind(1, record.id.value);
  put_.bind(2, record.key.subscription.value);
  put_.bind(3, record.key.seq);
  put_.bind(4, record.event.value);
  put_.bind(5, static_cast<std::int64_t>(record.lane));
  put_.bind(6, std::int64_t{record.attempts});
  put_.bind(7, milliseconds_of(record.failed_at));
  put_.bind(8, static_cast<std::int64_t>(record.state));
  put_.bind(9, std::string_view{record.subscription_name});
  put_.bind(10, std::string_view{record.reason});
  put_.bind(11, std::int64_t{record.generation});
  put_.bind(12, std::string_view{record.fingerprint});
  put_.bind(13, std::int64_t{record.counted ? 1 : 0});
  put_.bind(14, std::int64_t{record.reopens ? 1 : 0});
  put_.run();
}

void dead_letter_writer::redeem(const delivery_key& key) {
  redeem_.bind(1, key.subscription.value);
  redeem_.bind(2, key.seq);
  redeem_.bind(3, static_cast<std::int64_t>(dead_letter_state::delivered));
  redeem_.bind(4, static_cast<std::int64_t>(dead_letter_state::open));
  redeem_.run();
}

void dead_letter_writer::discard(dead_letter_id id) {
  discard_.bind(1, id.value);
  discard_.bind(2, static_cast<std::int64_t>(dead_letter_state::discarded));
  discard_.bind(3, static_cast<std::int64_t>(dead_letter_state::open));
  discard_.run();
}

}  // namespace eventmgr::sqlite
