#pragma once

#include <eventmgr/client.hpp>
#include <eventmgr/time.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace eventmgr::evctl::top {

/// How one durable subscription is doing.
struct subscription_row {
  std::string name{};
  std::string status{};
  double per_second{0};
  std::array<std::uint64_t, 4> lag{};  ///< by lane
  std::uint64_t in_flight{0};
  std::uint64_t exceptions{0};
  std::uint64_t dead{0};
  std::string breaker{};
  std::string idle_reason{};
  std::string json{};  ///< name, status, and the statistics as the daemon wrote them

  std::uint64_t total_lag() const noexcept { return lag[0] + lag[1] + lag[2] + lag[3]; }
};

/// A dead letter, as a line tells it.
struct failure_row {
  std::string failed_at{};
  std::string subscription{};
  std::string topic{};
  std::string reason{};
};

/// The counters and gauges of the daemon that are shown.
struct figures {
  std::uint64_t published{0};
  std::uint64_t delivered{0};
  std::uint64_t failed{0};
  std::uint64_t queue_depth{0};
  std::uint64_t exceptions{0};
  std::uint64_t scheduled{0};
  std::uint64_t memory_bytes{0};
  double cpu_seconds{0};
  double publish_p99{0};     ///< seconds
  double end_to_end_p99{0};  ///< seconds
};

/// Everything that one look at the daemon gives.
struct sample {
  time_point at{};
  std::string status{};
  std::string version{};
  double events_per_second{0};
  figures now{};
  std::vector<subscription_row> subscriptions{};
  std::vector<failure_row> failures{};  ///< the newest first
  std::uint64_t dead_letters{0};        ///< open ones
  std::string json{};                   ///< the whole, for scripts
};

/// Looks at the daemon: one call for each subscription, and a few more.
result<sample> take_sample(client::broker_client& from);

}  // namespace eventmgr::evctl::top
