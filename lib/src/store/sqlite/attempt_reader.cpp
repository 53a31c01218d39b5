#include "store/sqlite/attempt_reader.hpp"

#include "store/common/delivery_cursors.hpp"
#include "store/sqlite/column_values.hpp"
#include "store/sqlite/reader.hpp"

#include <algorithm>
#include <string>

namespace eventmgr::sqlite {
namespace {

std::string select_attempts(const char* rest) {
  return std::string{
             "SELECT a.number, a.seq, a.event, a.attempt, a.at, a.duration, a.success, a.status, a.error, a.metadata, "
             "a.origin, s.id, a.redelivery "
             "FROM subscriptions s JOIN attempts a ON a.subscription = s.key "} +
         rest;
}

delivery_attempt attempt_in(const statement& row) {
  delivery_attempt attempt;
  attempt.seq = {count_in(row, 1)};
  attempt.event = {row.id(2)};
  attempt.attempt = static_cast<std::uint32_t>(row.integer(3));
  attempt.at = time_of(row.integer(4));
  attempt.duration = std::chrono::milliseconds{row.integer(5)};
  attempt.success = row.integer(6) != 0;
  attempt.status = static_cast<int>(row.integer(7));
  attempt.error = row.text(8);
  attempt.metadata = row.text(9);
  attempt.origin = static_cast<attempt_origin>(row.integer(10));
  attempt.redelivery = row.id(12);
  return attempt;
}

}  // namespace

attempt_page list_attempts(reader& from, subscription_id subscription, const std::optional<event_id>& event,
                           std::uint64_t below, std::uint32_t limit) {
  attempt_page page;
  statement rows{from.database(),
                 select_attempts(event ? "WHERE s.id = ?1 AND a.seq = (SELECT seq FROM events WHERE id = ?4) "
                                         "AND a.number < ?2 ORDER BY a.number DESC LIMIT ?3"
                                       : "WHERE s.id = ?1 AND a.number < ?2 ORDER BY a.number DESC LIMIT ?3")};
  const std::uint32_t most = std::clamp<std::uint32_t>(limit, 1, max_attempt_page);
  rows.bind(1, subscription.value);
  bind_count(rows, 2, std::min<std::uint64_t>(below, INT64_MAX));
  rows.bind(3, std::int64_t{most} + 1);
  if (event) rows.bind(4, event->value);
  std::uint64_t last = 0;
  while (rows.step()) {
    if (page.attempts.size() == most) {
      page.next_cursor = make_attempt_cursor(subscription, event, last);
      break;
    }
    last = count_in(rows, 0);
    page.attempts.push_back(attempt_in(rows));
  }
  return page;
}

std::vector<delivery_attempt> attempts_of(reader& from, subscription_id subscription, offset seq) {
  statement rows{from.database(), select_attempts("WHERE s.id = ?1 AND a.seq = ?2 ORDER BY a.number")};
  rows.bind(1, subscription.value);
  rows.bind(2, seq);
  std::vector<delivery_attempt> attempts;
  while (rows.step()) attempts.push_back(attempt_in(rows));
  return attempts;
}

std::vector<attempt_record> attempts_of(reader& from, offset seq) {
  statement rows{from.database(), select_attempts("AND a.seq = ?1 ORDER BY a.at, s.id, a.number LIMIT ?2")};
  rows.bind(1, seq);
  rows.bind(2, std::int64_t{max_attempt_page});
  std::vector<attempt_record> attempts;
  while (rows.step()) attempts.push_back({{rows.id(11)}, attempt_in(rows)});
  return attempts;
}

}  // namespace eventmgr::sqlite
