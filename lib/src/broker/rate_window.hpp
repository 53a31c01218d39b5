#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace eventmgr {

/// Events per second over the last ten whole seconds, in constant space. Not thread-safe.
class rate_window {
 public:
  using instant = std::chrono::steady_clock::time_point;

  explicit rate_window(instant start) : current_{second_of(start)}, started_{current_} {}

  void add(instant at, std::uint64_t count) {
    advance(at);
    counts_[index(current_)] += count;
  }

  /// Over fewer seconds while the window is younger than that; 0 in its first second.
  double per_second(instant at) {
    advance(at);
    const std::int64_t seconds = std::min<std::int64_t>(span, current_ - started_);
    if (seconds == 0) return 0;
    std::uint64_t sum = 0;
    for (std::int64_t second = current_ - seconds; second < current_; ++second) sum += counts_[index(second)];
    return static_cast<double>(sum) / static_cast<double>(seconds);
  }

 private:
  static constexpr std::int64_t span = 10;

  static std::int64_t second_of(instant at) {
    return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
  }
  static std::size_t index(std::int64_t second) { return static_cast<std::size_t>(second % (span + 1)); }

  void advance(instant at) {
    const std::int64_t now = second_of(at);
    for (std::int64_t passed = 0; current_ < now && passed <= span; ++passed) counts_[index(++current_)] = 0;
    current_ = std::max(current_, now);
  }

  std::array<std::uint64_t, span + 1> counts_{};
  std::int64_t current_;
  std::int64_t started_;
};

}  // namespace eventmgr
