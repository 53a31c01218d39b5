#pragma once

#include <eventmgr/query.hpp>

namespace eventmgr {

/// Whether an event satisfies every clause of a query. Order, limit, skip and cursor play no part.
bool matches(const event_query& query, const event& candidate);

}  // namespace eventmgr
