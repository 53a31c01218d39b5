#pragma once

#include "broker/rate_window.hpp"
#include "ports/clock.hpp"

#include <eventmgr/subscription.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace eventmgr {

/// What a subscription's operator wants to see of its attempts, since the daemon started. Used on the core's thread.
class delivery_meter {
 public:
  explicit delivery_meter(const clock& time) : time_{time}, rate_{time.steady_now()} {}

  void succeeded() {
    ++attempts_;
    rate_.add(time_.steady_now(), 1);
    last_success_ = time_.now();
  }

  void failed(const std::string& why) {
    ++attempts_;
    ++failures_;
    last_error_ = why;
    last_failure_ = time_.now();
  }

  void fill(subscription_stats& stats) const {
    stats.attempts = attempts_;
    stats.failed_attempts = failures_;
    stats.per_second = rate_.per_second(time_.steady_now());
    stats.last_error = last_error_;
    stats.last_success_at = last_success_;
    stats.last_failure_at = last_failure_;
  }

 private:
  const clock& time_;
  mutable rate_window rate_;
  std::uint64_t attempts_{0};
  std::uint64_t failures_{0};
  std::string last_error_;
  std::optional<time_point> last_success_{};
  std::optional<time_point> last_failure_{};
};

}  // namespace eventmgr
