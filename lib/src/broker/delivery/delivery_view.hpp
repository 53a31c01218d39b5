#pragma once

#include "broker/delivery/matching.hpp"
#include "broker/delivery/recent_successes.hpp"

#include <eventmgr/explanation.hpp>

#include <optional>
#include <vector>

namespace eventmgr {

/// How a subscription stands, and what it has in hand of one event: a copy, which a reader may take along.
struct delivery_view {
  subscription_id subscription{};
  std::string name{};
  std::uint32_t generation{1};
  time_point created_at{};
  time_point since{};                      ///< when the generation began
  position origin{};                       ///< where the generation begins, exclusive
  position skip_through{};                 ///< the farthest skip of the generation, inclusive; empty: there was none
  matching_history::rule_ptr rule{};       ///< that holds at the event's place
  std::vector<explained_stage> present{};  ///< from `pause` on: what would stop a delivery now

  /// Of an event that is in hand: `waiting`, `in_flight`, `retrying`, `held_back`, or the outcome that it has; of any
  /// other that is published: `settled`.
  event_delivery now{};
  std::optional<recent_success> success{};  ///< the newest that is remembered, of whichever generation
  bool logs_all{false};                     ///< attempts that succeed at once are logged as well
};

}  // namespace eventmgr
