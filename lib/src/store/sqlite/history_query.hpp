#pragma once

#include "store/common/history_cursor.hpp"

#include <eventmgr/query.hpp>

#include <chrono>
#include <optional>

namespace eventmgr::sqlite {

class reader;
struct topic_selection;

/// What a history query runs against.
struct history_context {
  offset head{};                                     ///< no event above it is looked at
  const topic_selection& topics;                     ///< what the query's pattern selects
  std::optional<history_place> after{};              ///< what its cursor stands for
  std::chrono::steady_clock::time_point deadline{};  ///< for the page: later it fails
  std::chrono::milliseconds count_budget{500};       ///< for the total beyond the page: then it stays a lower bound
};

/// Serves `event_store::query_events`; the query was checked. Throws `sqlite_failure`.
event_page query_history(reader& from, const event_query& query, const history_context& context);

}  // namespace eventmgr::sqlite
