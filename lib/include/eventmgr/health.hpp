#pragma once

#include <eventmgr/subscription.hpp>
#include <eventmgr/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace eventmgr {

enum class health_state : std::uint8_t {
  healthy,
  degraded,   ///< a dependency that only makes things quick is away
  unhealthy,  ///< events cannot be accepted
};

struct dependency_health {
  std::string name{};
  health_state state{health_state::healthy};
  std::string detail{};  ///< empty when healthy
};

struct health_report {
  health_state state{health_state::healthy};
  time_point at{};
  std::string version{};
  std::vector<dependency_health> dependencies{};
  double events_per_second{0};  ///< accepted, over the last ten seconds
  std::uint64_t active_subscriptions{0};
  std::uint64_t queue_depth{0};  ///< events accepted but not yet committed
  double memory_usage_mb{0};     ///< resident set of the process, in 10^6 bytes
};

/// The distribution of a latency, in seconds; all 0 while `count` is 0.
struct latency_summary {
  /// Upper bounds for `cumulative`: 2^7 µs (0.128 ms) to 2^24 µs (16.8 s), each twice the one before.
  static constexpr std::size_t bound_count = 18;
  static constexpr double bound(std::size_t index) noexcept {
    return static_cast<double>(std::uint64_t{128} << index) / 1e6;
  }

  std::uint64_t count{0};
  double sum{0};
  double p50{0};
  double p95{0};
  double p99{0};
  std::array<std::uint64_t, bound_count> cumulative{};  ///< how many lie below `bound(index)`
};

/// How many durable subscriptions there are of each status.
struct subscription_counts {
  std::uint64_t active{0};
  std::uint64_t paused{0};
  std::uint64_t error{0};

  friend bool operator==(const subscription_counts&, const subscription_counts&) = default;
};

/// The circuit breaker of one endpoint, which all its subscriptions share.
struct breaker_report {
  std::string origin{};  ///< scheme, host and port, as "https://host:443"
  breaker_state state{breaker_state::closed};

  friend bool operator==(const breaker_report&, const breaker_report&) = default;
};

/// The figures of the process since it started. A delivery is one event on its way to one durable subscription's
/// receiver.
struct metrics_report {
  std::uint64_t events_published{0};      ///< stored, duplicates not counted
  std::uint64_t events_duplicate{0};      ///< answered from an earlier publish of the same id
  std::uint64_t events_rejected{0};       ///< refused as invalid
  std::uint64_t events_expired{0};        ///< had expired when they were published: stored, and delivered to nobody
  std::uint64_t events_processed{0};      ///< handed to a subscriber
  std::uint64_t events_retried{0};        ///< delivery attempts after the first
  std::uint64_t events_failed{0};         ///< failed delivery attempts, and callbacks that said no
  std::uint64_t dead_letter_count{0};     ///< events that a durable subscription gave up
  std::uint64_t deliveries_attempted{0};  ///< that began; each is settled as one of the next two, or given back
  std::uint64_t deliveries_succeeded{0};
  std::uint64_t deliveries_failed{0};
  std::uint64_t publish_requests_refused{0};  ///< answered `queue_full` or `store_unavailable`
  std::uint64_t commits{0};
  std::uint64_t commit_failures{0};
  latency_summary publish_latency{};     ///< from acceptance to durable
  latency_summary handler_latency{};     ///< time spent in callbacks
  latency_summary end_to_end_latency{};  ///< from acceptance to hand-over to the subscriber's channel
  latency_summary delivery_latency{};    ///< of an attempt that succeeded or failed, from its start to its outcome
  std::uint64_t queue_depth{0};
  std::uint64_t active_subscriptions{0};  ///< ephemeral ones, and durable ones that are active
  subscription_counts durable_subscriptions{};
  std::vector<breaker_report> breakers{};  ///< by origin
  std::uint64_t exceptions{0};             ///< events that wait for a retry, or behind one that does
  std::uint64_t scheduled_events{0};       ///< that are to be published later
  std::uint64_t memory_usage{0};           ///< bytes
  double cpu_usage{0};                     ///< CPU seconds, user and system
  std::uint64_t connections{0};            ///< open client connections
};

}  // namespace eventmgr
