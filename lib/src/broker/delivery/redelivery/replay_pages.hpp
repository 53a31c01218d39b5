#pragma once

#include "broker/delivery/redelivery/replay_selection.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

namespace eventmgr {

/// The pages that the runs of a replay read. One that was read lately is kept for the others, which come to it at about
/// the same time: so an event is judged and encoded once for all of its subscriptions, not once for each of them.
/// Thread-safe.
class replay_pages {
 public:
  static constexpr std::uint32_t page_size = 100;
  /// Of what is kept.
  static constexpr std::uint64_t max_bytes = 16ULL << 20U;

  explicit replay_pages(std::shared_ptr<const replay_selection> what) : what_{std::move(what)} {}

  /// The events between two offsets, encoded. Throws `error`. Not on the core's thread.
  std::shared_ptr<const replay_selection::page> read(partition_id partition, offset after, offset through);

 private:
  struct kept {
    partition_id partition{};
    offset after{};
    offset through{};
    std::shared_ptr<const replay_selection::page> page{};
    std::uint64_t bytes{0};
  };

  void keep(kept one);

  const std::shared_ptr<const replay_selection> what_;
  std::mutex mutex_;
  std::deque<kept> pages_;  ///< the oldest first
  std::uint64_t bytes_{0};
};

}  // namespace eventmgr
