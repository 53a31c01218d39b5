#pragma once

#include "core/latency_histogram.hpp"

#include <eventmgr/health.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// The circuit breakers as those who ask for metrics see them, from any thread.
class breaker_board {
 public:
  void set(std::string_view origin, breaker_state state) {
    const std::lock_guard lock{mutex_};
    const auto found = states_.find(origin);
    if (found == states_.end()) {
      states_.emplace(origin, state);
    } else {
      found->second = state;
    }
  }

  /// For an endpoint that no subscription has any more.
  void remove(std::string_view origin) {
    const std::lock_guard lock{mutex_};
    if (const auto found = states_.find(origin); found != states_.end()) states_.erase(found);
  }

  /// By origin.
  std::vector<breaker_report> list() const {
    const std::lock_guard lock{mutex_};
    std::vector<breaker_report> all;
    all.reserve(states_.size());
    for (const auto& [origin, state] : states_) all.push_back({.origin = origin, .state = state});
    return all;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, breaker_state, std::less<>> states_;
};

/// What the broker and its transports count. Relaxed atomics: each figure is right, no two are from one instant.
struct broker_counters {
  using counter = std::atomic<std::uint64_t>;

  counter events_published{0};
  counter events_duplicate{0};
  counter events_rejected{0};
  counter events_expired{0};  ///< when they were published
  counter events_processed{0};
  counter events_retried{0};  ///< delivery attempts after the first
  counter events_failed{0};   ///< a handler said no, or threw; or a delivery failed
  counter deliveries_attempted{0};
  counter deliveries_succeeded{0};
  counter deliveries_failed{0};
  counter dead_letters{0};
  counter requests_refused{0};
  counter commits{0};
  counter commit_failures{0};
  counter connections{0};           ///< a gauge
  counter accepts_failed{0};        ///< connections that could not be taken, for want of file descriptors mostly
  counter tails{0};                 ///< a gauge
  counter subscriptions_active{0};  ///< a gauge, of durable ones, as the next two
  counter subscriptions_paused{0};
  counter subscriptions_in_error{0};
  counter exceptions{0};        ///< a gauge
  counter scheduled_events{0};  ///< a gauge
  breaker_board breakers{};
  latency_histogram publish_latency{};
  latency_histogram handler_latency{};
  latency_histogram end_to_end_latency{};
  latency_histogram delivery_latency{};
};

}  // namespace eventmgr
