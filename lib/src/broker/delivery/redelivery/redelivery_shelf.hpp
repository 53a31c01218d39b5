#pragma once

#include "broker/delivery/flight_table.hpp"
#include "broker/delivery/redelivery/redelivery_source.hpp"

#include <eventmgr/subscription.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace eventmgr {

/// The redeliveries of one subscription: a lane below the lanes, that of any number of sources in turn. They go when no
/// lane has anything, or when `fairness` events have passed them over, and hold at most a part of what may be in
/// flight, so that live events hardly notice them. Used on the core's thread.
class redelivery_shelf {
 public:
  static constexpr std::size_t fairness = 32;

  void add(std::shared_ptr<redelivery_source> source) { sources_.push_back(std::move(source)); }
  void remove(const redelivery_source& source);
  std::vector<std::shared_ptr<redelivery_source>> release() { return std::exchange(sources_, {}); }

  /// How many events may go beside those in flight.
  std::size_t room(const subscription_options& options, bool leases) const noexcept;

  bool offers();
  /// Whether it was passed over for long enough.
  bool overdue() { return passed_over_ >= fairness && offers(); }
  void passed_over(std::size_t events) { passed_over_ = sources_.empty() ? 0 : passed_over_ + events; }

  /// Up to `limit` events of one source that `allowed` lets go; the source stops at the first that it does not.
  std::vector<flight> take(std::size_t limit,
                           const std::function<bool(const redelivery& item, const std::vector<flight>& with)>& allowed);

  /// One of its flights has landed.
  void landed() noexcept { --in_flight_; }

 private:
  std::vector<std::shared_ptr<redelivery_source>> sources_;
  std::size_t turn_{0};
  std::size_t passed_over_{0};
  std::size_t in_flight_{0};
};

}  // namespace eventmgr
