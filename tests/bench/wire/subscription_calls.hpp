#pragma once

#include "bench/wire/socket.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace eventmgr::bench {

/// What can be told of a durable subscription's events by its counters.
struct settlement {
  std::uint64_t unsettled{0};  ///< behind, in flight, or waiting for a retry
  std::uint64_t matched{0};
  std::uint64_t acknowledged{0};
  std::uint64_t dead{0};
  std::uint64_t skipped{0};
  std::uint64_t expired{0};
};

/// Calls of the API on durable subscriptions, each on a connection of its own. They throw std::runtime_error with the
/// answer if it is not the expected one.

/// `body` is the JSON of the request. A subscription of that name must not be there.
void create_subscription(const endpoint& where, std::string_view body);

/// `action` is "pause" or "resume".
void control_subscription(const endpoint& where, std::string_view name, std::string_view action);

/// The JSON of its stats, as it was answered.
std::string subscription_stats(const endpoint& where, std::string_view name);

settlement settlement_of(const endpoint& where, std::string_view name);

/// Begins a replay of everything that is stored to one subscription; its id.
std::string start_replay(const endpoint& where, std::string_view name);

/// "running", "completed" and so on.
std::string replay_status(const endpoint& where, std::string_view id);

}  // namespace eventmgr::bench
