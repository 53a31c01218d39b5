#pragma once

#include <eventmgr/query.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace eventmgr::sqlite {

class reader;
class statement;

/// The clauses of a query that are decided row by row: all but topic, correlation and time. As SQL, with parameters
/// from ?10 on.
class history_filter {
 public:
  /// Keeps a reference to the query. Throws `sqlite_failure`.
  history_filter(reader& from, const event_query& query);

  /// No event can match: a type or a source that no event ever had.
  bool impossible() const noexcept { return impossible_; }

  bool empty() const noexcept { return sql_.empty(); }

  /// "" or " AND ..."
  const std::string& sql() const noexcept { return sql_; }

  void bind(statement& to) const;

 private:
  const event_query& query_;
  std::int64_t type_{0};
  std::int64_t source_{0};
  bool impossible_{false};
  std::string sql_;
};

}  // namespace eventmgr::sqlite
