#pragma once

#include "broker/delivery/delivery_view.hpp"
#include "ports/event_store.hpp"

#include <eventmgr/explanation.hpp>

namespace eventmgr {

/// What became of an event that a subscription matched: what the subscription has in hand, completed by the attempts
/// and dead letters in the store; and of an event that its floor has passed, what the ledger tells. For a reader's
/// thread. Throws what the store throws.
event_delivery find_outcome(const delivery_view& seen, const event& record, event_store& store);

/// The same of an event that the subscription does not match now. It may have before, in an earlier generation.
event_delivery find_remains(const delivery_view& seen, const event& record, event_store& store);

}  // namespace eventmgr
