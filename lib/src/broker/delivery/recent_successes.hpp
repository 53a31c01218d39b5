#pragma once

#include "core/delivery/exception_table.hpp"

#include <eventmgr/id.hpp>
#include <eventmgr/time.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace eventmgr {

/// A delivery that succeeded, and of which no log is kept.
struct recent_success {
  subscription_id subscription{};
  log_place place{};
  time_point acknowledged_at{};
  std::chrono::milliseconds duration{0};  ///< of the attempt that succeeded
  std::uint32_t generation{1};            ///< of the subscription
  std::uint32_t attempt{1};
};

/// The newest deliveries that the log of attempts leaves out, over all subscriptions of a broker: in memory only, so
/// that knowing when they came costs no write. It grows as it fills, 64 bytes each, and then the oldest go. Noting and
/// finding one takes the same time however many there are. Used on the core's thread.
class recent_successes {
 public:
  static constexpr std::size_t most = 65'536;

  /// `capacity`: 1 or more.
  explicit recent_successes(std::size_t capacity = most) : capacity_{capacity} {}

  void add(const recent_success& what);

  /// The newest of that subscription and event, whatever its generation; null: there was none, or it is too long ago.
  /// Valid until the next `add`.
  const recent_success* find(subscription_id subscription, log_place place) const noexcept;

  std::size_t size() const noexcept { return slots_.size(); }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct slot {
    recent_success what{};
    std::uint32_t next{none};  ///< an older one of the same bucket
  };

  std::size_t bucket_of(subscription_id subscription, log_place place) const noexcept;
  void unlink(std::uint32_t which) noexcept;

  const std::size_t capacity_;
  std::deque<slot> slots_;              ///< a ring, once it is full; grows without moving what it holds
  std::vector<std::uint32_t> buckets_;  ///< the newest slot of each; made with the first one
  std::uint32_t oldest_{0};
};

}  // namespace eventmgr
