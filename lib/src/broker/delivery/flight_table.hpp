#pragma once

#include "core/delivery/exception_table.hpp"
#include "ports/channel.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace eventmgr {

class lane_feed;
class redelivery_source;
struct endpoint_breaker;

/// What tells a redelivery from an event of the lanes.
struct redelivery_mark {
  std::shared_ptr<redelivery_source> source{};
  std::uint64_t ticket{0};
  event_id event{};  ///< as it is stored
  std::uint32_t first_attempt{1};
  bool replay{false};
  uuid by{};  ///< the requeue plan, or the replay
};

/// One event that was handed out and has no outcome yet.
struct flight {
  log_place place{};
  std::shared_ptr<lane_feed> lane{};
  std::shared_ptr<const event> record{};
  std::shared_ptr<const std::string> json{};
  std::uint32_t attempt{1};
  bool from_exception{false};                      ///< it has an exception row
  std::string ordering{};                          ///< the topic or key of which it alone may be in flight; empty: none
  std::shared_ptr<const redelivery_mark> again{};  ///< set for a redelivery, which has no lane
  std::shared_ptr<endpoint_breaker> breaker{};     ///< of the endpoint to which it went; null: it has none
  bool probe{false};                               ///< it shows whether that endpoint answers again
};

/// The events of one subscription that are in flight. A *delivery* is what the channel was given at once. Used on the
/// core's thread.
class flight_table {
 public:
  using time = std::chrono::steady_clock::time_point;

  /// `serial` is where tags come from: each is one more.
  explicit flight_table(delivery_tag& serial) : serial_{serial} {}

  /// Begins a delivery of `count` events, which are then added.
  void begin(std::size_t count);
  /// `deadline`: of a lease; nullopt where the channel ends every attempt by itself.
  delivery_tag add(flight item, std::optional<time> deadline);

  /// Takes an event out; nullopt if it is not, or no longer, in flight.
  std::optional<flight> take(delivery_tag tag);

  /// Those whose deadline has come; they stay in flight.
  std::vector<delivery_tag> overdue(time now) const;
  std::optional<time> next_deadline() const;

  bool holds(std::string_view ordering) const;

  /// The event of that place, redelivered only if it is not in flight by itself; null if it is neither. Looks at all.
  const flight* find(log_place place) const noexcept;

  std::size_t events() const noexcept { return flights_.size(); }
  std::size_t deliveries() const noexcept { return deliveries_.size(); }
  std::uint64_t bytes() const noexcept { return bytes_; }
  /// How many of them would become exceptions if they failed: those that are none yet.
  std::size_t fresh() const noexcept { return fresh_; }

  /// When the oldest was received; nullopt when there is none.
  std::optional<time_point> oldest() const;

  /// Ends them all; in the order in which they were handed out.
  std::vector<flight> take_all();

 private:
  struct entry {
    flight item{};
    std::uint64_t delivery{0};
    std::optional<time> deadline{};
  };

  std::unordered_map<delivery_tag, entry> flights_;
  std::unordered_map<std::uint64_t, std::size_t> deliveries_;  ///< events of each that are left
  std::set<std::pair<time, delivery_tag>> deadlines_;          ///< of those in flight
  std::unordered_set<std::string> orderings_;
  std::uint64_t bytes_{0};
  std::size_t fresh_{0};
  std::uint64_t last_delivery_{0};
  delivery_tag& serial_;
};

}  // namespace eventmgr
