#pragma once

#include "ports/alarm.hpp"
#include "ports/clock.hpp"
#include "ports/executor.hpp"
#include "ports/process_probe.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <utility>

namespace eventmgr::test {

/// Time that moves when it is told to.
class fake_clock final : public clock {
 public:
  time_point now() const override { return now_; }
  std::chrono::steady_clock::time_point steady_now() const override { return steady_; }

  void advance(std::chrono::milliseconds by) {
    now_ += by;
    steady_ += by;
  }
  /// Wall time only, as when an administrator sets it.
  void set(time_point to) { now_ = to; }

 private:
  time_point now_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 2}};
  std::chrono::steady_clock::time_point steady_{std::chrono::hours{1}};
};

/// Rings when the test says so.
class fake_alarm final : public alarm {
 public:
  void set(std::chrono::steady_clock::time_point when, std::function<void()> ring) override {
    when_ = when;
    ring_ = std::move(ring);
  }
  void cancel() override { ring_ = nullptr; }

  /// Rings if it is time; false if it is not.
  bool ring_if_due(std::chrono::steady_clock::time_point now) {
    if (!ring_ || when_ > now) return false;
    std::exchange(ring_, nullptr)();
    return true;
  }

 private:
  std::chrono::steady_clock::time_point when_{};
  std::function<void()> ring_;
};

/// Work that runs when the test says so, on the test's thread.
class manual_executor final : public timed_executor {
 public:
  void post(std::function<void()> work) override { queue_.push_back(std::move(work)); }

  void post_at(std::chrono::steady_clock::time_point when, std::function<void()> work) override {
    put_off_.emplace(when, std::move(work));
  }

  /// Queues what was put off until `now`.
  void reach(std::chrono::steady_clock::time_point now) {
    while (!put_off_.empty() && put_off_.begin()->first <= now) {
      queue_.push_back(std::move(put_off_.begin()->second));
      put_off_.erase(put_off_.begin());
    }
  }

  /// Runs the oldest piece of work; false if there is none.
  bool run_one() {
    if (queue_.empty()) return false;
    const auto work = std::move(queue_.front());
    queue_.pop_front();
    work();
    return true;
  }

  std::size_t waiting() const noexcept { return queue_.size(); }

  /// Forgets what is waiting, as when the process is killed.
  void drop() {
    // Moved out first: what goes may post as it goes.
    const auto gone = std::exchange(queue_, {});
    const auto gone_later = std::exchange(put_off_, {});
  }

 private:
  std::deque<std::function<void()>> queue_;
  std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> put_off_;
};

/// Runs everything on all of them, in turn, until nothing is left.
template <class... Executors>
void run_all(Executors&... executors) {
  while ((static_cast<int>(executors.run_one()) + ...) > 0) {
  }
}

class fake_probe final : public process_probe {
 public:
  process_usage usage() const override { return {.resident_bytes = 25'000'000, .cpu_seconds = 1.5}; }
};

}  // namespace eventmgr::test
