#pragma once

#include "ports/delivery_records.hpp"
#include "store/common/delivery_cursors.hpp"

#include <eventmgr/dead_letter.hpp>

#include <optional>
#include <vector>

namespace eventmgr::sqlite {

class reader;
struct topic_selection;

/// What a query for dead letters runs against.
struct dead_letter_context {
  offset head{};                  ///< no event above it is looked at
  const topic_selection& topics;  ///< what the query's pattern selects
};

/// Serves `event_store::query_dead_letters`; the query was checked, its cursor stands for `bookmark`. Throws
/// `sqlite_failure`.
dead_letter_page query_dead_letters(reader& from, const dead_letter_query& query, const dead_letter_context& context,
                                    const std::optional<dead_letter_bookmark>& bookmark);

/// Serves `event_store::find_dead_letter`. Throws `sqlite_failure`.
std::optional<dead_letter> find_dead_letter(reader& from, dead_letter_id id, offset head);

/// Serves `event_store::dead_letters_of`. Throws `sqlite_failure`.
std::vector<dead_letter_record> dead_letters_of(reader& from, event_id event, offset head);

}  // namespace eventmgr::sqlite
