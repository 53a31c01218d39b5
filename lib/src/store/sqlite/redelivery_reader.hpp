#pragma once

#include "ports/delivery_records.hpp"
#include "store/common/delivery_cursors.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace eventmgr::sqlite {

class reader;

/// Reads requeue plans and replays that are not over, the oldest first, and their progress. Throws `sqlite_failure`.
void load_redeliveries(reader& from, delivery_state& into);

/// Serves `event_store::list_redeliveries` from behind a place. Throws `sqlite_failure`.
redelivery_record_page list_redeliveries(reader& from, redelivery_kind kind,
                                         const std::optional<redelivery_place>& behind, std::uint32_t limit);

/// Serves `event_store::find_redelivery`. Throws `sqlite_failure`.
std::optional<redelivery_record> find_redelivery(reader& from, const uuid& id);

/// Serves `event_store::progress_of`. Throws `sqlite_failure`.
std::vector<replay_progress_record> progress_of(reader& from, const uuid& replay);

}  // namespace eventmgr::sqlite
