#include "store/sqlite/dead_letter_query.hpp"

#include "core/page_budget.hpp"
#include "store/sqlite/attempt_reader.hpp"
#include "store/sqlite/column_values.hpp"
#include "store/sqlite/dead_letter_filter.hpp"
#include "store/sqlite/reader.hpp"

#include <string>

namespace eventmgr::sqlite {
namespace {

constexpr const char* letter_columns =
    "d.id, d.subscription, d.seq, d.attempts, d.failed_at, d.state, d.subscription_name, d.reason, d.fingerprint";

/// Nothing where its event is not in the log.
std::optional<dead_letter> letter_in(reader& from, const statement& row) {
  auto record = from.at({count_in(row, 2)});
  if (!record) return std::nullopt;
  dead_letter letter;
  letter.id = {row.id(0)};
  letter.subscription = {row.id(1)};
  letter.record = std::move(*record);
  const auto attempts = static_cast<std::uint32_t>(row.integer(3));
  letter.retry_count = attempts == 0 ? 0 : attempts - 1;
  letter.failed_at = time_of(row.integer(4));
  letter.state = static_cast<dead_letter_state>(row.integer(5));
  letter.subscription_name = row.text(6);
  letter.reason = row.text(7);
  letter.fingerprint = row.text(8);
  letter.attempts = attempts_of(from, letter.subscription, letter.record.seq);
  return letter;
}

std::uint64_t count_letters(reader& from, const dead_letter_filter& filter) {
  statement rows{from.database(), filter.select("count(*)", false)};
  filter.bind(rows);
  return rows.step() ? count_in(rows, 0) : 0;
}

}  // namespace

dead_letter_page query_dead_letters(reader& from, const dead_letter_query& query, const dead_letter_context& context,
                                    const std::optional<dead_letter_bookmark>& bookmark) {
  const dead_letter_filter filter{query, context.topics, context.head};
  dead_letter_page page;
  page.total = bookmark ? bookmark->total : count_letters(from, filter);
  std::string sql = filter.select(letter_columns, true);
  if (bookmark) sql += std::string{" AND (d.failed_at, d.id) "} + (query.oldest_first ? ">" : "<") + " (?20, ?21)";
  sql += query.oldest_first ? " ORDER BY d.failed_at, d.id" : " ORDER BY d.failed_at DESC, d.id DESC";
  statement rows{from.database(), sql + " LIMIT ?22"};
  filter.bind(rows);
  if (bookmark) {
    rows.bind(20, milliseconds_of(bookmark->behind.failed_at));
    rows.bind(21, bookmark->behind.id.value);
  }
  rows.bind(22, std::int64_t{query.limit} + 1);
  page_budget left{query.limit};
  while (rows.step()) {
    if (left.spent()) {
      const dead_letter& last = page.dead_letters.back();
      page.next_cursor = make_dead_letter_cursor(query, {last.failed_at, last.id}, page.total);
      break;
    }
    auto letter = letter_in(from, rows);
    if (!letter) continue;
    left.take(letter->record);
    page.dead_letters.push_back(std::move(*letter));
  }
  return page;
}

std::optional<dead_letter> find_dead_letter(reader& from, dead_letter_id id, offset head) {
  statement rows{from.database(), std::string{"SELECT "} + letter_columns +
                                      " FROM dead_letter_events d WHERE d.id = ?1 AND d.seq <= ?2"};
  rows.bind(1, id.value);
  rows.bind(2, head);
  if (!rows.step()) return std::nullopt;
  return letter_in(from, rows);
}

std::vector<dead_letter_record> dead_letters_of(reader& from, event_id event, offset head) {
  // The index has the subscription first: it is asked for one subscription after another, whatever they hold.
  statement rows{from.database(),
                 "WITH RECURSIVE owners (id) AS ("
                 "SELECT min(subscription) FROM dead_letter_events UNION ALL "
                 "SELECT (SELECT min(subscription) FROM dead_letter_events WHERE subscription > owners.id) FROM owners "
                 "WHERE owners.id IS NOT NULL) "
                 "SELECT d.id, d.subscription, d.seq, d.event, d.generation, d.lane, d.attempts, d.failed_at, d.state, "
                 "d.subscription_name, d.reason, d.fingerprint, d.counted FROM events e CROSS JOIN owners o "
                 "CROSS JOIN dead_letter_events d ON d.subscription = o.id AND d.seq = e.seq "
                 "WHERE e.id = ?1 AND e.seq <= ?2 ORDER BY d.subscription"};
  rows.bind(1, event.value);
  rows.bind(2, head);
  std::vector<dead_letter_record> records;
  while (rows.step()) {
    dead_letter_record& record = records.emplace_back();
    record.id = {rows.id(0)};
    record.key = {{rows.id(1)}, {}, {count_in(rows, 2)}};
    record.event = {rows.id(3)};
    record.generation = static_cast<std::uint32_t>(rows.integer(4));
    record.lane = static_cast<priority>(rows.integer(5));
    record.attempts = static_cast<std::uint32_t>(rows.integer(6));
    record.failed_at = time_of(rows.integer(7));
    record.state = static_cast<dead_letter_state>(rows.integer(8));
    record.subscription_name = rows.text(9);
    record.reason = rows.text(10);
    record.fingerprint = rows.text(11);
    record.counted = rows.integer(12) != 0;
  }
  return records;
}

}  // namespace eventmgr::sqlite
