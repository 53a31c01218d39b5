#pragma once

#include "broker/delivery/durable_subscription.hpp"
#include "ports/event_store.hpp"

#include <eventmgr/position.hpp>
#include <eventmgr/subscription.hpp>

#include <functional>

namespace eventmgr {

/// Work for a reader, which holds all that it needs; called on the core's thread. The stats with the lag of each lane,
/// events on the subscription's topics between the lane's floor and the head, and the age of the oldest event without
/// an outcome.
std::function<result<subscription_stats>()> count_backlog(event_store& store, const position& heads,
                                                          const durable_subscription& of, time_point now);

/// For each partition the later place of both; an empty position is before all.
position further(position a, const position& b);

}  // namespace eventmgr
