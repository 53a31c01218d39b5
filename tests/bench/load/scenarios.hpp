#pragma once

#include "bench/load/event_source.hpp"
#include "bench/load/publish_load.hpp"
#include "bench/load/report.hpp"
#include "bench/load/server_under_test.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace eventmgr::bench {

/// Publishers that each send their next request when the last one is answered.
struct closed_loop_options {
  std::string name{};
  publish_shape shape{};
  unsigned seconds{10};
  unsigned warmup{1};      ///< seconds before the measurement
  std::uint64_t count{0};  ///< events to measure, instead of a time; 0: go by time
};

/// A fixed rate, received by tails.
struct steady_options {
  publish_shape shape{256, 0};
  std::size_t tails{1};
  double rate{10000};  ///< events a second
  unsigned seconds{60};
  unsigned warmup{2};
};

/// Many tails of everything.
struct fanout_options {
  std::size_t tails{1000};
  std::size_t connections{16};
  double rate{50};
  unsigned seconds{20};
  bool ramp{false};      ///< raise the rate until it is no longer sustained
  double ramp_step{25};  ///< events a second more each time
  unsigned ramp_seconds{5};
  double ramp_p99_ms{1000};  ///< what still counts as sustained
};

/// Starts, and starts again after a kill.
struct start_options {
  unsigned runs{5};
  unsigned idle_seconds{2};      ///< before the memory of the idle daemon is read
  std::uint64_t events{200000};  ///< `restart` only: stored before the kill
};

report run_closed_loop(const closed_loop_options& options, const target_options& target, const event_spec& spec);
report run_steady(const steady_options& options, const target_options& target, const event_spec& spec);
report run_fanout(const fanout_options& options, const target_options& target, const event_spec& spec);
report run_start(const start_options& options, const target_options& target, const event_spec& spec);
report run_restart(const start_options& options, const target_options& target, const event_spec& spec);

}  // namespace eventmgr::bench
