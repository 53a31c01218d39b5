#pragma once

#include "broker/shared_event.hpp"

#include <eventmgr/event.hpp>

#include <cstdint>
#include <deque>
#include <memory>

namespace eventmgr {

/// The newest events of one partition: a run of offsets without holes that ends at the head, bounded in events and
/// bytes. Used on the core's thread.
class tail_ring {
 public:
  tail_ring(offset head, std::uint64_t max_events, std::uint64_t max_bytes)
      : head_{head}, max_events_{max_events}, max_bytes_{max_bytes} {}
  tail_ring(tail_ring&&) = default;
  tail_ring(const tail_ring&) = delete;

  /// The event's offset must be the one after the head. Drops the oldest entries over the bounds, never the new one.
  const shared_event& push(std::shared_ptr<const event> record);

  /// Null if the offset is older than the ring, or newer than its head.
  const shared_event* find(offset seq) const noexcept;

  offset head() const noexcept { return head_; }

  /// The oldest offset held; the one after the head when empty.
  offset first() const noexcept { return {head_.value + 1 - entries_.size()}; }

 private:
  std::deque<shared_event> entries_{};
  offset head_;
  std::uint64_t bytes_{0};
  std::uint64_t max_events_;
  std::uint64_t max_bytes_;
};

}  // namespace eventmgr
