#pragma once

#include "broker/delivery/delivery_context.hpp"
#include "broker/delivery/timers.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace eventmgr {

/// Publishes scheduled events when they are due, never before: each gets its offset in the transaction that takes it
/// off the schedule, so that a crash neither loses nor repeats one. Used on the core's thread.
class scheduler {
 public:
  /// The schedule is looked at least so often, for the wall clock may be set.
  static constexpr std::chrono::seconds longest_sleep{30};
  static constexpr std::chrono::milliseconds retry_interval{500};
  /// Events published in one commit.
  static constexpr std::uint32_t at_once = 100;

  explicit scheduler(delivery_context& context) : context_{context}, next_{context.alarms} {}

  void start() { look(); }
  void stop();

  /// Events of one commit: some of them may have been put on the schedule.
  void see(std::span<const append_entry> entries);

 private:
  void look();
  /// The first events on the schedule, and how many there are.
  struct outlook {
    std::vector<scheduled_event> first{};
    std::uint64_t count{0};
  };
  void take(const outlook& found);
  void publish(const std::vector<scheduled_event>& due);
  void sleep_until(time_point due);

  delivery_context& context_;
  timer_slot next_;
  bool looking_{false};
  bool look_again_{false};
  bool stopped_{false};
};

}  // namespace eventmgr
