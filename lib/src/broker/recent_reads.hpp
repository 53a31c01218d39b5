#pragma once

#include "broker/shared_event.hpp"
#include "core/delivery/exception_table.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace eventmgr {

/// The events that were last read from the store for subscriptions, whichever it was: those that catch up side by side
/// come to an event at about the same time, and share one record, one encoding and one parsed document, as they do in
/// the tail ring. Bounded in bytes. Thread-safe.
class recent_reads {
 public:
  using entry = std::shared_ptr<const shared_event>;

  static constexpr std::uint64_t default_bytes = 8ULL << 20U;

  explicit recent_reads(std::uint64_t max_bytes = default_bytes) : max_bytes_{max_bytes} {}

  /// The shared events of a page, in its order.
  std::vector<entry> share(std::vector<std::shared_ptr<const event>> page);

 private:
  struct place_hash {
    std::size_t operator()(const log_place& place) const noexcept {
      return std::hash<std::uint64_t>{}(place.seq.value * 0x9E3779B97F4A7C15ULL + place.partition.value);
    }
  };

  const std::uint64_t max_bytes_;
  std::mutex mutex_;
  std::unordered_map<log_place, entry, place_hash> known_;
  std::deque<log_place> order_;  ///< the oldest first
  std::uint64_t bytes_{0};
};

}  // namespace eventmgr
