#pragma once

#include "store/common/delivery_cursors.hpp"

#include <eventmgr/dead_letter.hpp>

#include <optional>

namespace eventmgr::sqlite {

class reader;
struct topic_selection;

/// What a query for dead letters runs against.
struct dead_letter_context {
  offset head{};                             ///< no event above it is looked at
  const topic_selection& topics;             ///< what the query's pattern selects
  std::optional<dead_letter_place> after{};  ///< what its cursor stands for
};

/// Serves `event_store::query_dead_letters`; the query was checked. Throws `sqlite_failure`.
dead_letter_page query_dead_letters(reader& from, const dead_letter_query& query, const dead_letter_context& context);

/// Serves `event_store::find_dead_letter`. Throws `sqlite_failure`.
std::optional<dead_letter> find_dead_letter(reader& from, dead_letter_id id, offset head);

}  // namespace eventmgr::sqlite
