#pragma once

#include "broker/delivery/matching.hpp"

#include <eventmgr/explanation.hpp>

#include <vector>

namespace eventmgr {

/// How a subscription stands, and what it has in hand of one event: a copy, which a reader may take along.
struct delivery_view {
  subscription_id subscription{};
  std::string name{};
  std::uint32_t generation{1};
  time_point created_at{};
  position origin{};                       ///< where the generation begins, exclusive
  position skip_through{};                 ///< the farthest skip of the generation, inclusive; empty: there was none
  matching_history::rule_ptr rule{};       ///< that holds at the event's place
  std::vector<explained_stage> present{};  ///< from `pause` on: what would stop a delivery now

  /// Of an event that is in hand: `waiting`, `in_flight`, `retrying`, `held_back`, or the outcome that it has; of any
  /// other that is published: `settled`.
  event_delivery now{};
};

}  // namespace eventmgr
