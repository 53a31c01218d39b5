#pragma once

#include <eventmgr/subscription.hpp>

#include <chrono>
#include <cstdint>

namespace eventmgr {

/// Keeps deliveries from an endpoint that does not answer. Opens after 5 failures in a row, for 30 s; then lets one
/// probe through. If that fails too it opens again for twice as long, to 5 min.
///
/// A failure is one of the endpoint (unreachable, too slow, 5xx), not an answer that says no.
class circuit_breaker {
 public:
  using time = std::chrono::steady_clock::time_point;

  static constexpr std::uint32_t failures_to_open = 5;
  static constexpr std::chrono::seconds first_pause{30};
  static constexpr std::chrono::seconds longest_pause{300};

  /// Whether a delivery may start at `now`. In `half_open`, true once: that delivery is the probe.
  bool allow(time now) noexcept;

  void succeeded() noexcept;
  void failed(time now) noexcept;

  /// The probe that `allow` let through came to nothing, neither way: the next one may try.
  void abandoned() noexcept;

  breaker_state state(time now) const noexcept;

  /// Whether a probe is under way.
  bool probing() const noexcept { return probing_; }

  /// While open: when the probe may go.
  time open_until() const noexcept { return open_until_; }

 private:
  std::uint32_t failures_{0};
  bool open_{false};
  bool probing_{false};
  std::chrono::seconds pause_{first_pause};
  time open_until_{};
};

}  // namespace eventmgr
