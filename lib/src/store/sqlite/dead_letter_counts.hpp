#pragma once

#include "ports/delivery_records.hpp"
#include "store/sqlite/dead_letter_query.hpp"

#include <vector>

namespace eventmgr::sqlite {

/// Serves `event_store::summarise_dead_letters`: reads what is selected once, sorted by fingerprint, and keeps no more
/// than a group of it at a time. Throws `sqlite_failure`.
dead_letter_summary summarise_dead_letters(reader& from, const dead_letter_query& query,
                                           const dead_letter_context& context);

/// Serves `event_store::count_dead_letters`. Throws `sqlite_failure`.
std::vector<dead_letter_count> count_dead_letters(reader& from, const dead_letter_query& query,
                                                  const dead_letter_context& context);

}  // namespace eventmgr::sqlite
