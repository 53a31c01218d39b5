#include "store/sqlite/dead_letter_query.hpp"

#include "store/common/page_budget.hpp"
#include "store/sqlite/attempt_reader.hpp"
#include "store/sqlite/column_values.hpp"
#include "store/sqlite/key_list.hpp"
#include "store/sqlite/reader.hpp"
#include "store/sqlite/topic_directory.hpp"

#include <string>

namespace eventmgr::sqlite {
namespace {

// An event that was taken away by retention takes its dead letters along, so that the join drops none.
std::string select_from(const char* columns) {
  return std::string{"SELECT "} + columns +
         " FROM dead_letter_events d CROSS JOIN events e ON e.seq = d.seq WHERE d.seq <= ?1";
}

constexpr const char* letter_columns =
    "d.id, d.subscription, d.seq, d.attempts, d.failed_at, d.state, d.subscription_name, d.reason";

/// The clauses of a query as SQL, with parameters from ?2 on.
class letter_filter {
 public:
  letter_filter(const dead_letter_query& query, const dead_letter_context& context) : query_{query}, context_{context} {
    if (query.state) sql_ += " AND d.state = ?2";
    if (query.since) sql_ += " AND d.failed_at >= ?3";
    if (query.until) sql_ += " AND d.failed_at < ?4";
    if (query.subscription) {
      subscription_ = subscription_id::parse(*query.subscription);
      sql_ +=
          " AND (d.subscription_name = ?5 OR d.subscription = ?6 "
          "OR d.subscription IN (SELECT id FROM subscriptions WHERE name = ?5))";
    }
    if (query.topic && !context.topics.everything) {
      topics_ = key_list(context.topics.keys);
      sql_ += " AND e.topic IN (SELECT value FROM json_each(?7))";
    }
    if (query.type) sql_ += " AND e.type = (SELECT key FROM types WHERE name = ?8)";
    if (query.reason) sql_ += " AND instr(lower(d.reason), lower(?9)) > 0";
  }

  const std::string& sql() const noexcept { return sql_; }

  void bind(statement& to) const {
    to.bind(1, context_.head);
    if (query_.state) to.bind(2, static_cast<std::int64_t>(*query_.state));
    if (query_.since) to.bind(3, milliseconds_of(*query_.since));
    if (query_.until) to.bind(4, milliseconds_of(*query_.until));
    if (query_.subscription) to.bind(5, std::string_view{*query_.subscription});
    if (subscription_) to.bind(6, subscription_->value);
    if (!topics_.empty()) to.bind(7, std::string_view{topics_});
    if (query_.type) to.bind(8, std::string_view{*query_.type});
    if (query_.reason) to.bind(9, std::string_view{*query_.reason});
  }

 private:
  const dead_letter_query& query_;
  const dead_letter_context& context_;
  std::optional<subscription_id> subscription_;
  std::string topics_;
  std::string sql_;
};

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
  letter.attempts = attempts_of(from, letter.subscription, letter.record.seq);
  return letter;
}

std::uint64_t count_letters(reader& from, const letter_filter& filter) {
  statement rows{from.database(), select_from("count(*)") + filter.sql()};
  filter.bind(rows);
  return rows.step() ? count_in(rows, 0) : 0;
}

}  // namespace

dead_letter_page query_dead_letters(reader& from, const dead_letter_query& query, const dead_letter_context& context) {
  const letter_filter filter{query, context};
  dead_letter_page page;
  page.total = count_letters(from, filter);
  std::string sql = select_from(letter_columns) + filter.sql();
  if (context.after) sql += " AND (d.failed_at, d.id) < (?10, ?11)";
  statement rows{from.database(), sql + " ORDER BY d.failed_at DESC, d.id DESC LIMIT ?12"};
  filter.bind(rows);
  if (context.after) {
    rows.bind(10, milliseconds_of(context.after->failed_at));
    rows.bind(11, context.after->id.value);
  }
  rows.bind(12, std::int64_t{query.limit} + 1);
  page_budget left{query.limit};
  while (rows.step()) {
    if (left.spent()) {
      const dead_letter& last = page.dead_letters.back();
      page.next_cursor = make_dead_letter_cursor(query, {last.failed_at, last.id});
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
  statement rows{from.database(), select_from(letter_columns) + " AND d.id = ?2"};
  rows.bind(1, head);
  rows.bind(2, id.value);
  if (!rows.step()) return std::nullopt;
  return letter_in(from, rows);
}

}  // namespace eventmgr::sqlite
