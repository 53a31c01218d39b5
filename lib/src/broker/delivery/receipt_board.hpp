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
#include <utility>
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
    explicit seat(std::shared_ptr<std::atomic<std::size_t>> taken) : taken_{std::move(taken)} {}
    ~seat() { taken_->fetch_sub(1, std::memory_order_relaxed); }
    seat(const seat&) = delete;
    seat& operator=(const seat&) = delete;

   private:
    const std::shared_ptr<std::atomic<std::size_t>> taken_;
  };

  /// What one publisher waits for, and what it will be told besides.
  struct request {
    std::vector<delivery_report> open{};     ///< named in the answer; all `pending`
    std::vector<subscription_id> unnamed{};  ///< waited for as well, and only counted
    std::vector<delivery_report> known{};    ///< told as they are
    std::uint64_t delivered{0};              ///< more that have it already, not named
  };

  struct told {
    std::vector<delivery_report> reports{};  ///< by name; those without an outcome as they stand
    std::uint64_t delivered{0};              ///< subscriptions that have the event, also those that are not named
  };
  using answer = std::function<void(told)>;  ///< called once
  using key = std::uint64_t;

  explicit receipt_board(timers& alarms) : alarms_{alarms} {}

  /// Null when as many as may wait already. Thread-safe. The seat may outlive this.
  std::shared_ptr<seat> reserve();

  /// Waits until all that is asked for has its outcome, but not beyond `deadline`. Any number may wait for one event.
  /// May answer before it returns, as it always does once all were answered by `end`.
  key wait(log_place place, request what, timers::time deadline, answer done);

  /// Answers at once, if that publisher still waits.
  void give_up(log_place place, key which);

  /// Answers everybody, for good.
  void end();

  bool idle() const noexcept { return waiting_.empty(); }
  void failed(subscription_id by, log_place place, std::uint32_t attempt, std::string_view error);
  /// Of outcomes the first counts. `attempts` 0: as many as have failed.
  void settled(subscription_id by, log_place place, delivery_outcome outcome, std::uint32_t attempts,
               std::string_view error);
  /// The subscription leaves the events up to there behind; nullopt: all.
  void left(subscription_id by, const std::optional<position>& through);
  /// The same of an outcome that was found out otherwise; one that is `pending` tells nothing.
  void learn(log_place place, const delivery_report& news);

 private:
  struct receipt {
    key number{0};
    request what{};  ///< sorted by subscription
    std::size_t left{0};
    timers::key timer{};
    answer done{};
  };
  using receipts = std::multimap<log_place, receipt>;

  static delivery_report* find(receipt& in, subscription_id by);
  static void take(receipt& in, const delivery_report& news);
  void finish(receipts::iterator which);

  timers& alarms_;
  receipts waiting_;
  key last_{0};
  bool ended_{false};
  const std::shared_ptr<std::atomic<std::size_t>> taken_{std::make_shared<std::atomic<std::size_t>>(0)};
};

}  // namespace eventmgr
