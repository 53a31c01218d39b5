#pragma once

#include "broker/delivery/timers.hpp"
#include "core/delivery/exception_table.hpp"
#include "core/delivery/lane_window.hpp"

#include <eventmgr/delivery_report.hpp>
#include <eventmgr/id.hpp>
#include <eventmgr/position.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// Publishers that wait for what becomes of their event. It is told of every attempt that fails and of every outcome,
/// which costs one look while nobody waits. Used on the core's thread, but for `reserve`.
class receipt_board {
 public:
  static constexpr std::size_t max_waiting = 1000;

  /// The right to wait; given back when it is destroyed, on any thread.
  class seat {
   public:
    explicit seat(std::atomic<std::size_t>& taken) : taken_{taken} {}
    ~seat() { taken_.fetch_sub(1, std::memory_order_relaxed); }
    seat(const seat&) = delete;
    seat& operator=(const seat&) = delete;

   private:
    std::atomic<std::size_t>& taken_;
  };

  /// Called once with every report, those without an outcome as they stand.
  using answer = std::function<void(std::vector<delivery_report>)>;

  explicit receipt_board(timers& alarms) : alarms_{alarms} {}

  /// Null when as many as may wait already. Thread-safe. The seat must not outlive this.
  std::shared_ptr<seat> reserve();

  /// Waits until each of the reports, all `pending`, has its outcome, but not beyond `deadline`. At most one waits for
  /// an event.
  void wait(log_place place, std::vector<delivery_report> reports, timers::time deadline, answer done);

  /// Answers at once, if somebody still waits for that event.
  void give_up(log_place place);

  /// Answers everybody.
  void end();

  bool idle() const noexcept { return waiting_.empty(); }
  void failed(subscription_id by, log_place place, std::uint32_t attempt, std::string_view error);
  /// Of outcomes the first counts. `attempts` 0: as many as have failed.
  void settled(subscription_id by, log_place place, delivery_outcome outcome, std::uint32_t attempts,
               std::string_view error);
  /// The subscription leaves the events up to there behind; nullopt: all.
  void left(subscription_id by, const std::optional<position>& through);

 private:
  struct receipt {
    std::vector<delivery_report> reports{};  ///< by subscription
    std::size_t open{0};
    timers::key timer{};
    answer done{};
  };

  delivery_report* find(receipt& in, subscription_id by) const;
  void finish(std::map<log_place, receipt>::iterator which);

  timers& alarms_;
  std::map<log_place, receipt> waiting_;
  std::atomic<std::size_t> taken_{0};
};

}  // namespace eventmgr
