#pragma once

#include "ports/event_store.hpp"

#include <eventmgr/error.hpp>
#include <eventmgr/id.hpp>

namespace eventmgr {

/// Why the log has no event with this id, as a `not_found` that says so: it may wait on the schedule. Throws what the
/// store throws.
failure missing_event(event_store& store, event_id id);

}  // namespace eventmgr
