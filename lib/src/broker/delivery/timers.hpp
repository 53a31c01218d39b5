#pragma once

#include "ports/alarm.hpp"
#include "ports/clock.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

namespace eventmgr {

/// Any number of timers over one alarm. Used on the core's thread.
class timers {
 public:
  using time = std::chrono::steady_clock::time_point;
  using key = std::pair<time, std::uint64_t>;

  timers(alarm& bell, const clock& now) : bell_{bell}, time_{now} {}
  ~timers() { bell_.cancel(); }
  timers(const timers&) = delete;
  timers& operator=(const timers&) = delete;

  key call_at(time when, std::function<void()> work);

  /// Nothing rings any more, also not what is yet to be set.
  void stop();

  /// Cancelling what has run is not an error.
  void cancel(const key& which);

 private:
  void arm();
  void ring();

  alarm& bell_;
  const clock& time_;
  std::map<key, std::function<void()>> waiting_;
  std::uint64_t serial_{0};
  time armed_{time::max()};
  bool stopped_{false};
};

/// One timer of a kind: setting it again moves it. Ends with its owner.
class timer_slot {
 public:
  explicit timer_slot(timers& of) : timers_{of} {}
  ~timer_slot() { cancel(); }
  timer_slot(const timer_slot&) = delete;
  timer_slot& operator=(const timer_slot&) = delete;

  void set(timers::time when, std::function<void()> work);
  /// As `set`, unless it is set for an earlier time already.
  void set_if_earlier(timers::time when, std::function<void()> work);
  void cancel();

 private:
  timers& timers_;
  timers::key key_{timers::time::max(), 0};
  bool set_{false};
};

}  // namespace eventmgr
