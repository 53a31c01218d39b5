#pragma once

#include "broker/delivery/redelivery/redelivery_source.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace eventmgr {

/// The redeliveries of one source that were taken and are not settled: in flight, or waiting for their next attempt.
/// One of each event. Used on the core's thread.
class retry_queue {
 public:
  using time = std::chrono::steady_clock::time_point;

  /// A source begins with nothing more while so many wait, or while all that it has taken is so large.
  static constexpr std::size_t most_waiting = 1000;
  static constexpr std::uint64_t most_bytes = 16ULL << 20U;

  /// It goes out.
  void fly(const redelivery& item) { keep({.item = item}); }

  /// What came of one: it is over, or waits until `due` for its next attempt.
  std::optional<redelivery> land(std::uint64_t ticket) {
    const auto found = items_.find(ticket);
    if (found == items_.end() || found->second.due) return std::nullopt;
    return leave(found);
  }
  void wait(redelivery item, time due) {
    due_.emplace(due, item.ticket);
    if (!item.ordering.empty()) keys_.insert(item.ordering);
    keep({.item = std::move(item), .due = due});
  }

  /// The one that has been due for the longest time; null when none is.
  const redelivery* due(time now) const {
    if (due_.empty() || due_.begin()->first > now) return nullptr;
    return &items_.at(due_.begin()->second).item;
  }
  redelivery take() { return leave(items_.find(due_.begin()->second)); }

  std::optional<time> next() const { return due_.empty() ? std::nullopt : std::optional{due_.begin()->first}; }

  /// Whether one of this topic or key waits, so that those behind it must.
  bool holds(std::string_view ordering) const { return !ordering.empty() && keys_.contains(ordering); }
  bool has(log_place place) const { return tickets_.contains(place); }
  /// Takes the event of that place out, if it waits.
  bool drop(log_place place) {
    const auto ticket = tickets_.find(place);
    if (ticket == tickets_.end()) return false;
    const auto found = items_.find(ticket->second);
    if (!found->second.due) return false;
    leave(found);
    return true;
  }

  bool full() const noexcept { return waiting() >= most_waiting || bytes_ >= most_bytes; }
  std::uint64_t bytes() const noexcept { return bytes_; }
  std::size_t flying() const noexcept { return items_.size() - due_.size(); }
  std::size_t waiting() const noexcept { return due_.size(); }
  bool empty() const noexcept { return items_.empty(); }
  /// Of what waits and what is in flight.
  const std::map<log_place, std::uint64_t>& places() const noexcept { return tickets_; }

 private:
  struct held {
    redelivery item{};
    std::optional<time> due{};  ///< nullopt: it is in flight
  };
  using table = std::unordered_map<std::uint64_t, held>;

  void keep(held one) {
    bytes_ += bytes_of(one.item);
    tickets_.insert_or_assign(one.item.place, one.item.ticket);
    const std::uint64_t ticket = one.item.ticket;
    items_.insert_or_assign(ticket, std::move(one));
  }
  redelivery leave(table::iterator which) {
    held one = std::move(which->second);
    items_.erase(which);
    bytes_ -= bytes_of(one.item);
    tickets_.erase(one.item.place);
    if (!one.due) return std::move(one.item);
    due_.erase({*one.due, one.item.ticket});
    if (const auto key = keys_.find(one.item.ordering); key != keys_.end()) keys_.erase(key);
    return std::move(one.item);
  }

  table items_;
  std::map<log_place, std::uint64_t> tickets_;
  std::set<std::pair<time, std::uint64_t>> due_;
  std::multiset<std::string, std::less<>> keys_;  ///< of those that wait
  std::uint64_t bytes_{0};
};

}  // namespace eventmgr
