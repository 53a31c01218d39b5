#pragma once

#include "core/latency_histogram.hpp"

#include <atomic>
#include <cstdint>

namespace eventmgr {

/// What the broker and its transports count. Relaxed atomics: each figure is right, no two are from one instant.
struct broker_counters {
  using counter = std::atomic<std::uint64_t>;

  counter events_published{0};
  counter events_duplicate{0};
  counter events_rejected{0};
  counter events_processed{0};
  counter events_failed{0};  ///< a handler said no, or threw
  counter requests_refused{0};
  counter commits{0};
  counter commit_failures{0};
  counter connections{0};  ///< a gauge
  counter tails{0};        ///< a gauge
  latency_histogram publish_latency{};
  latency_histogram handler_latency{};
  latency_histogram end_to_end_latency{};
};

}  // namespace eventmgr
