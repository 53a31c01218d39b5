#pragma once

#include "ports/delivery_records.hpp"

#include <eventmgr/subscription.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace eventmgr::sqlite {

class reader;

/// Serves `event_store::list_attempts`: those numbered below `below`. Throws `sqlite_failure`.
attempt_page list_attempts(reader& from, subscription_id subscription, const std::optional<event_id>& event,
                           std::uint64_t below, std::uint32_t limit);

/// Every attempt of one event that is kept, the oldest first. Throws `sqlite_failure`.
std::vector<delivery_attempt> attempts_of(reader& from, subscription_id subscription, offset seq);

/// Serves `event_store::attempts_of`. Throws `sqlite_failure`.
std::vector<attempt_record> attempts_of(reader& from, offset seq);

}  // namespace eventmgr::sqlite
