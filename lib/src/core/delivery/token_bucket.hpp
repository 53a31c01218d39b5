#pragma once

#include <chrono>
#include <cstdint>

namespace eventmgr {

/// So many events a minute, evenly: after a pause at most one second's worth (and at least one) goes at once.
class token_bucket {
 public:
  using time = std::chrono::steady_clock::time_point;

  token_bucket(std::uint32_t per_minute, time now) noexcept;

  /// How many may go at `now`.
  std::uint32_t available(time now) noexcept;

  /// So many have gone. More than were available makes a debt that the next ones wait for, of a minute at most.
  void spend(std::uint32_t count, time now) noexcept;

  /// When the next one may go.
  time next(time now) noexcept;

 private:
  void refill(time now) noexcept;

  double per_nanosecond_;
  double largest_;
  double most_debt_;
  double tokens_;
  time at_;
};

}  // namespace eventmgr
