#pragma once

#include <eventmgr/id.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

namespace eventmgr {

/// What became of an event that a subscription matched.
enum class delivery_outcome : std::uint8_t {
  outstanding,  ///< none yet: it waits in its lane, or is in flight
  exception,    ///< it waits in an exception row
  acknowledged,
  expired,
  dead,
  skipped,
};

/// The settlement of one lane of one partition: which of the matched events between the floor and the scan position
/// have what outcome. The floor is the smallest outstanding offset minus one, else the scan position.
class lane_window {
 public:
  explicit lane_window(offset floor) : floor_{floor}, scan_{floor} {}

  /// A matched event, above `scan()`. It is outstanding, unless another outcome is known.
  void take(offset seq, delivery_outcome known = delivery_outcome::outstanding);

  /// Everything up to here has been looked at. Going back is passed over.
  void scanned(offset through) noexcept;

  /// Gives an event its outcome, or changes `exception` to another one. False: the floor has passed it, so that the
  /// ledger must be told by the caller; or it was never taken.
  bool settle(offset seq, delivery_outcome outcome) noexcept;

  /// Moves the floor as far as it goes; `passed` hears of each matched event on the way, in order.
  void advance(const std::function<void(offset seq, delivery_outcome outcome)>& passed);

  /// What became of an event between floor and scan; nullopt for one that was not taken, or that the floor has passed.
  std::optional<delivery_outcome> find(offset seq) const noexcept;

  /// The events without outcome, ascending.
  std::vector<offset> outstanding_places() const;

  offset floor() const noexcept { return floor_; }
  offset scan() const noexcept { return scan_; }

  /// Events without outcome.
  std::size_t outstanding() const noexcept { return outstanding_; }

  /// Events between floor and scan, with an outcome or without: what the window is bounded by.
  std::size_t size() const noexcept { return slots_.size(); }

 private:
  struct slot {
    offset seq{};
    delivery_outcome outcome{delivery_outcome::outstanding};
  };

  std::deque<slot> slots_{};  ///< ascending
  offset floor_;
  offset scan_;
  std::size_t outstanding_{0};
};

}  // namespace eventmgr
