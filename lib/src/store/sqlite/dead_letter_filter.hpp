#pragma once

#include <eventmgr/dead_letter.hpp>
#include <eventmgr/position.hpp>

#include <optional>
#include <string>

namespace eventmgr::sqlite {

class statement;
struct topic_selection;

/// The clauses of a query for dead letters as SQL, with parameters from ?1 on; those of the statement around it go from
/// `first_free` to `last_free`.
class dead_letter_filter {
 public:
  static constexpr int first_free = 20;
  static constexpr int last_free = 29;

  /// Keeps references to the query and to the topics that its pattern selects. No event above `head` is looked at.
  dead_letter_filter(const dead_letter_query& query, const topic_selection& topics, offset head);

  /// "SELECT <columns> FROM dead_letter_events d ... WHERE ..."; with `events` the events are there as `e`, else only
  /// if a clause needs them. `hint` comes behind the table's name.
  std::string select(const std::string& columns, bool events, const char* hint = "") const;

  void bind(statement& to) const;

 private:
  const dead_letter_query& query_;
  const offset head_;
  bool needs_events_{false};
  std::optional<subscription_id> subscription_;
  std::string topics_;
  std::string sql_;
};

}  // namespace eventmgr::sqlite
