#include "broker/delivery/timers.hpp"

namespace eventmgr {

timers::key timers::call_at(time when, std::function<void()> work) {
  const key made{when, ++serial_};
  waiting_.emplace(made, std::move(work));
  arm();
  return made;
}

void timers::cancel(const key& which) {
  // The alarm is left as it is: a ring with nothing due costs less than setting it anew each time.
  waiting_.erase(which);
}

void timers::stop() {
  stopped_ = true;
  bell_.cancel();
}

void timers::arm() {
  if (stopped_ || waiting_.empty() || waiting_.begin()->first.first >= armed_) return;
  armed_ = waiting_.begin()->first.first;
  bell_.set(armed_, [this] { ring(); });
}

void timers::ring() {
  armed_ = time::max();
  const time now = time_.steady_now();
  // What is set meanwhile waits for the next ring, even if it is due already.
  const std::uint64_t newest = serial_;
  while (!waiting_.empty() && waiting_.begin()->first.first <= now && waiting_.begin()->first.second <= newest) {
    const auto work = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    work();
  }
  arm();
}

void timer_slot::set(timers::time when, std::function<void()> work) {
  cancel();
  set_ = true;
  key_ = timers_.call_at(when, [this, work = std::move(work)] {
    set_ = false;
    work();
  });
}

void timer_slot::set_if_earlier(timers::time when, std::function<void()> work) {
  if (!set_ || when < key_.first) set(when, std::move(work));
}

void timer_slot::cancel() {
  if (!set_) return;
  set_ = false;
  timers_.cancel(key_);
}

}  // namespace eventmgr
