#pragma once

#include "broker/delivery/redelivery/redelivery_source.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

namespace eventmgr {

/// The redeliveries of one source that were taken and are not settled: in flight, or waiting for their next attempt.
/// Used on the core's thread.
class retry_queue {
 public:
  using time = std::chrono::steady_clock::time_point;

  /// It goes out.
  void fly(const redelivery& item) { flying_.emplace(item.ticket, item); }

  /// What came of one: it is over, or waits until `due` for its next attempt.
  std::optional<redelivery> land(std::uint64_t ticket) {
    const auto found = flying_.find(ticket);
    if (found == flying_.end()) return std::nullopt;
    redelivery item = std::move(found->second);
    flying_.erase(found);
    return item;
  }
  void wait(redelivery item, time due) { waiting_.emplace(std::pair{due, item.ticket}, std::move(item)); }

  /// The one that has been due for the longest time; null when none is.
  const redelivery* due(time now) const {
    if (waiting_.empty() || waiting_.begin()->first.first > now) return nullptr;
    return &waiting_.begin()->second;
  }
  redelivery take() { return std::move(waiting_.extract(waiting_.begin()).mapped()); }

  std::optional<time> next() const {
    return waiting_.empty() ? std::nullopt : std::optional{waiting_.begin()->first.first};
  }
  std::size_t flying() const noexcept { return flying_.size(); }
  std::size_t waiting() const noexcept { return waiting_.size(); }
  bool empty() const noexcept { return flying_.empty() && waiting_.empty(); }
  void forget_waiting() { waiting_.clear(); }

 private:
  std::unordered_map<std::uint64_t, redelivery> flying_;
  std::map<std::pair<time, std::uint64_t>, redelivery> waiting_;
};

}  // namespace eventmgr
