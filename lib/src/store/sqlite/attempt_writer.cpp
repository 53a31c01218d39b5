#include "store/sqlite/attempt_writer.hpp"

#include "store/common/attempt_retention.hpp"
#include "store/sqlite/column_values.hpp"
#include "store/sqlite/connection.hpp"

namespace eventmgr::sqlite {

attempt_writer::attempt_writer(connection& writer)
    : newest_{writer, "SELECT max(number) FROM attempts WHERE subscription = ?1"},
      insert_{writer,
              "INSERT INTO attempts (subscription, number, seq, event, attempt, at, duration, success, status, error, "
              "metadata, origin, redelivery) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"},
      step_end_{
          writer,
          "SELECT max(number), count(*) FROM (SELECT number FROM attempts WHERE subscription = ?1 AND number > ?2 "
          "AND number <= ?3 ORDER BY number LIMIT ?4)"},
      remove_loose_{writer,
                    "DELETE FROM attempts WHERE subscription = ?1 AND number > ?2 AND number <= ?3 "
                    "AND NOT EXISTS (SELECT 1 FROM deliveries d "
                    "WHERE d.subscription = attempts.subscription AND d.seq = attempts.seq) "
                    "AND NOT EXISTS (SELECT 1 FROM dead_letter_events d "
                    "WHERE d.subscription = ?4 AND d.seq = attempts.seq)"} {}

attempt_writer::list& attempt_writer::list_of(std::int64_t subscription) {
  const auto [place, made] = lists_.try_emplace(subscription);
  if (made) {
    newest_.bind(1, subscription);
    const scoped_run found{newest_};
    if (newest_.step()) place->second.newest = newest_.integer(0);
  }
  return place->second;
}

void attempt_writer::add(std::int64_t subscription, const attempt_record& record) {
  list& of = list_of(subscription);
  const delivery_attempt& attempt = record.attempt;
  insert_.bind(1, subscription);
  insert_.bind(2, ++of.newest);
  insert_.bind(3, attempt.seq);
  insert_.bind(4, attempt.event.value);
  insert_.bind(5, std::int64_t{attempt.attempt});
  insert_.bind(6, milliseconds_of(attempt.at));
  insert_.bind(7, std::int64_t{attempt.duration.count()});
  insert_.bind(8, std::int64_t{attempt.success ? 1 : 0});
  insert_.bind(9, std::int64_t{attempt.status});
  bind_text_or_null(insert_, 10, attempt.error);
  bind_text_or_null(insert_, 11, attempt.metadata);
  insert_.bind(12, static_cast<std::int64_t>(attempt.origin));
  if (attempt.redelivery.is_nil()) {
    insert_.bind_null(13);
  } else {
    insert_.bind(13, attempt.redelivery);
  }
  insert_.run();
  if (++of.unswept >= attempts_per_sweep) sweep(subscription, record.subscription, of);
}

void attempt_writer::sweep(std::int64_t subscription, subscription_id id, list& of) {
  of.unswept = 0;
  const std::int64_t last = of.newest - static_cast<std::int64_t>(kept_attempts);
  if (last <= 0) return;
  std::int64_t end = 0;
  std::uint64_t rows = 0;
  {
    step_end_.bind(1, subscription);
    step_end_.bind(2, of.looked_through);
    step_end_.bind(3, last);
    bind_count(step_end_, 4, attempts_looked_through);
    const scoped_run found{step_end_};
    if (step_end_.step()) {
      end = step_end_.integer(0);
      rows = count_in(step_end_, 1);
    }
  }
  remove_loose_.bind(1, subscription);
  remove_loose_.bind(2, of.looked_through);
  remove_loose_.bind(3, end);
  remove_loose_.bind(4, id.value);
  remove_loose_.run();
  // At the end it goes round again, for what had to stay may go by then.
  of.looked_through = rows < attempts_looked_through ? 0 : end;
}

}  // namespace eventmgr::sqlite
