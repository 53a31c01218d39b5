#pragma once

#include "broker/metrics.hpp"
#include "ports/clock.hpp"
#include "ports/executor.hpp"

#include <eventmgr/event_manager.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>

namespace eventmgr {

/// Events that wait for a handler in this process: filled by the core, emptied by a handler thread, one call at a time.
/// Thread-safe.
class handler_queue final : public std::enable_shared_from_this<handler_queue> {
 public:
  static constexpr std::size_t capacity = 256;

  struct item {
    std::shared_ptr<const event> record{};
    /// Hears, on the handler's thread, what the handler said. May be empty.
    std::function<void(handler_result)> after{};
  };

  /// What waits is to be called within `patience`, as far as the calls so far tell: fewer are taken of a slow
  /// handler's, and none beside the one that is in it if even two would take too long. Without, only `capacity` counts.
  void expect(std::chrono::milliseconds patience);

  handler_queue(event_handler handler, executor& handlers, broker_counters& counters, const clock& time);

  /// Takes all of the items, or answers false: there is no room for them, unless it has nothing to do. `when_roomy` is
  /// then called, once, when half of the room is free again. A queue that was stopped takes them and forgets them.
  bool push(std::span<item> items);

  /// Called on the handler's thread, or from here if the queue has room already.
  void when_roomy(std::function<void()> more);

  /// No call of the handler begins after this one; returns when none is running, unless called from the handler.
  void stop();

 private:
  void run();
  std::function<void()> take_call_for_more();
  std::size_t in_hand() const noexcept { return waiting_.size() + (running_ == std::thread::id{} ? 0 : 1); }
  std::size_t room() const noexcept;
  std::chrono::nanoseconds call(const item& next);  ///< how long the handler took

  const event_handler handler_;
  executor& handlers_;
  broker_counters& counters_;
  const clock& time_;

  std::mutex mutex_;
  std::condition_variable idle_;
  std::deque<item> waiting_;
  std::function<void()> more_;
  std::chrono::nanoseconds patience_{0};  ///< 0: none is asked for
  std::chrono::nanoseconds slowest_{0};   ///< of the calls of late; 0: there was none yet
  std::thread::id running_{};             ///< the thread that is in the handler
  bool scheduled_{false};                 ///< a run is queued or going on
  bool refused_{false};
  bool stopped_{false};
};

}  // namespace eventmgr
