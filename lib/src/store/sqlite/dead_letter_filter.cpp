#include "store/sqlite/dead_letter_filter.hpp"

#include "store/sqlite/column_values.hpp"
#include "store/sqlite/key_list.hpp"
#include "store/sqlite/topic_directory.hpp"

namespace eventmgr::sqlite {
namespace {

constexpr int first_id = dead_letter_filter::last_free + 1;

/// "(?30, ?31, ...)"
std::string id_parameters(std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) {
    list += list.empty() ? "(?" : ", ?";
    list += std::to_string(first_id + static_cast<int>(i));
  }
  return list + ')';
}

}  // namespace

dead_letter_filter::dead_letter_filter(const dead_letter_query& query, const topic_selection& topics, offset head)
    : query_{query}, head_{head}, needs_events_{query.type.has_value()} {
  if (query.state) sql_ += " AND d.state = ?2";
  if (query.since) sql_ += " AND d.failed_at >= ?3";
  if (query.until) sql_ += " AND d.failed_at < ?4";
  if (query.subscription) {
    subscription_ = subscription_id::parse(*query.subscription);
    sql_ +=
        " AND (d.subscription_name = ?5 OR d.subscription = ?6 "
        "OR d.subscription IN (SELECT id FROM subscriptions WHERE name = ?5))";
  }
  if (query.topic && !topics.everything) {
    topics_ = key_list(topics.keys);
    needs_events_ = true;
    sql_ += " AND e.topic IN (SELECT value FROM json_each(?7))";
  }
  if (query.type) sql_ += " AND e.type = (SELECT key FROM types WHERE name = ?8)";
  if (query.reason) sql_ += " AND instr(lower(d.reason), lower(?9)) > 0";
  if (query.fingerprint) sql_ += " AND d.fingerprint = ?10";
  if (!query.ids.empty()) sql_ += " AND d.id IN " + id_parameters(query.ids.size());
}

// An event that was taken away by retention takes its dead letters along, so that the join drops none.
std::string dead_letter_filter::select(const std::string& columns, bool events, const char* hint) const {
  std::string sql = "SELECT " + columns + " FROM dead_letter_events d " + hint;
  if (events || needs_events_) sql += " CROSS JOIN events e ON e.seq = d.seq";
  return sql + " WHERE d.seq <= ?1" + sql_;
}

void dead_letter_filter::bind(statement& to) const {
  to.bind(1, head_);
  if (query_.state) to.bind(2, static_cast<std::int64_t>(*query_.state));
  if (query_.since) to.bind(3, milliseconds_of(*query_.since));
  if (query_.until) to.bind(4, milliseconds_of(*query_.until));
  if (query_.subscription) to.bind(5, std::string_view{*query_.subscription});
  if (subscription_) to.bind(6, subscription_->value);
  if (!topics_.empty()) to.bind(7, std::string_view{topics_});
  if (query_.type) to.bind(8, std::string_view{*query_.type});
  if (query_.reason) to.bind(9, std::string_view{*query_.reason});
  if (query_.fingerprint) to.bind(10, std::string_view{*query_.fingerprint});
  int parameter = first_id;
  for (const dead_letter_id& id : query_.ids) to.bind(parameter++, id.value);
}

}  // namespace eventmgr::sqlite
