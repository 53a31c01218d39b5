#pragma once

#include "broker/delivery/flight_table.hpp"
#include "broker/delivery/redelivery/redelivery_source.hpp"

#include <eventmgr/subscription.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace eventmgr {

/// The redeliveries of one subscription: a lane below the lanes, that of any number of sources in turn. They go when no
/// lane has anything, or when `fairness` events have passed them over, and hold at most half of what may be in flight;
/// an eighth for a while after each event of a lane, so that live events hardly notice them. Used on the core's thread.
class redelivery_shelf {
 public:
  using time = std::chrono::steady_clock::time_point;

  static constexpr std::size_t fairness = 32;
  /// For how long after an event of a lane they make room for the next.
  static constexpr std::chrono::seconds courtesy{1};

  void add(std::shared_ptr<redelivery_source> source) { sources_.push_back(std::move(source)); }
  void remove(const redelivery_source& source);
  std::vector<std::shared_ptr<redelivery_source>> release() { return std::exchange(sources_, {}); }

  /// How many events may go beside those in flight. `leases`: the concurrency is one of events, not of deliveries.
  std::size_t room(const subscription_options& options, bool leases, time now) const noexcept;

  bool offers();
  /// Whether it was passed over for long enough.
  bool overdue() { return passed_over_ >= fairness && offers(); }
  /// The lanes had so many events to go.
  void passed_over(std::size_t events, time now);

  /// Up to `limit` events of one source that `allowed` lets go; the source stops at the first that it does not.
  std::vector<flight> take(std::size_t limit,
                           const std::function<bool(const redelivery& item, const std::vector<flight>& with)>& allowed);

  /// Tells the sources that the event's dead letter is not as it was.
  void superseded(log_place place);

  /// One of its flights has landed.
  void landed() noexcept { --in_flight_; }

 private:
  std::vector<std::shared_ptr<redelivery_source>> sources_;
  std::size_t turn_{0};
  std::size_t passed_over_{0};
  std::size_t in_flight_{0};
  std::optional<time> last_live_{};
};

}  // namespace eventmgr
