#include "broker/handler_queue.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

namespace eventmgr {

handler_queue::handler_queue(event_handler handler, executor& handlers, broker_counters& counters, const clock& time)
    : handler_{std::move(handler)}, handlers_{handlers}, counters_{counters}, time_{time} {}

void handler_queue::expect(std::chrono::milliseconds patience) {
  const std::lock_guard lock{mutex_};
  patience_ = patience;
}

std::size_t handler_queue::room() const noexcept {
  if (patience_.count() == 0) return capacity;
  // Until it is known how long a call takes, one at a time.
  if (slowest_.count() == 0) return 1;
  return std::clamp<std::size_t>(static_cast<std::size_t>(patience_ / slowest_), 1, capacity);
}

bool handler_queue::push(std::span<item> items) {
  const std::lock_guard lock{mutex_};
  if (stopped_) return true;
  if (in_hand() > 0 && in_hand() + items.size() > room()) {
    refused_ = true;
    return false;
  }
  waiting_.insert(waiting_.end(), std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
  if (!std::exchange(scheduled_, true)) handlers_.post([self = shared_from_this()] { self->run(); });
  return true;
}

void handler_queue::when_roomy(std::function<void()> more) {
  std::function<void()> now;
  {
    const std::lock_guard lock{mutex_};
    if (stopped_) return;
    more_ = std::move(more);
    now = take_call_for_more();
  }
  if (now) now();
}

std::function<void()> handler_queue::take_call_for_more() {
  if (!more_ || in_hand() > room() / 2 || !std::exchange(refused_, false)) return nullptr;
  return more_;
}

void handler_queue::stop() {
  std::function<void()> more;
  std::unique_lock lock{mutex_};
  stopped_ = true;
  waiting_.clear();
  more = std::move(more_);
  if (running_ == std::this_thread::get_id()) return;
  idle_.wait(lock, [this] { return running_ == std::thread::id{}; });
}

void handler_queue::run() {
  item next;
  {
    const std::lock_guard lock{mutex_};
    if (stopped_ || waiting_.empty()) {
      scheduled_ = false;
      return;
    }
    next = std::move(waiting_.front());
    waiting_.pop_front();
    running_ = std::this_thread::get_id();
  }
  const auto took = call(next);
  std::function<void()> more;
  {
    const std::lock_guard lock{mutex_};
    running_ = {};
    // One that was slow is remembered for some calls.
    slowest_ = std::max({took, slowest_ - slowest_ / 8, std::chrono::nanoseconds{1}});
    more = take_call_for_more();
  }
  idle_.notify_all();
  if (more) more();
  // One call a turn, so that a busy subscription does not keep a handler thread from the others.
  handlers_.post([self = shared_from_this()] { self->run(); });
}

std::chrono::nanoseconds handler_queue::call(const item& next) {
  const auto begin = time_.steady_now();
  handler_result outcome;
  try {
    outcome = handler_(*next.record);
  } catch (const std::exception& thrown) {
    outcome = {.success = false, .error = thrown.what()};
  } catch (...) {
    outcome = {.success = false, .error = "the handler threw"};
  }
  const std::chrono::nanoseconds took = time_.steady_now() - begin;
  counters_.handler_latency.record(took);
  if (!outcome.success) counters_.events_failed.fetch_add(1, std::memory_order_relaxed);
  if (next.after) next.after(std::move(outcome));
  return took;
}

}  // namespace eventmgr
