#pragma once

#include "broker/delivery/durable_subscription.hpp"
#include "ports/event_store.hpp"

#include <eventmgr/position.hpp>
#include <eventmgr/subscription.hpp>

#include <functional>

namespace eventmgr {

// What must be asked of the store about one subscription. Each is called on the core's thread and gives work for a
// reader, which holds all that it needs.

/// The stats with the lag of each lane, events on the subscription's topics between the lane's floor and the head, and
/// the age of the oldest event without an outcome.
std::function<result<subscription_stats>()> count_backlog(event_store& store, const position& heads,
                                                          const durable_subscription& of, time_point now);

/// The place before which a limited backlog is skipped; position zero if nothing is.
std::function<result<position>()> backlog_edge(event_store& store, const position& heads,
                                               const durable_subscription& of, const backlog_limit& limit,
                                               time_point now);

/// The place after which the newest `keep` events on the subscription's topics lie.
std::function<result<position>()> place_of_newest(event_store& store, const position& heads,
                                                  const durable_subscription& of, std::uint64_t keep);

}  // namespace eventmgr
