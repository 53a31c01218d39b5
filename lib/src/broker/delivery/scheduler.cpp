#include "broker/delivery/scheduler.hpp"

#include "broker/guarded.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr {

void scheduler::stop() {
  stopped_ = true;
  next_.cancel();
}

void scheduler::see(std::span<const append_entry> entries) {
  for (const append_entry& entry : entries) {
    const auto due = entry.record->deliver_at;
    if (entry.outcome != append_outcome::scheduled || !due) continue;
    context_.counters.scheduled_events.fetch_add(1, std::memory_order_relaxed);
    sleep_until(*due);
  }
}

void scheduler::sleep_until(time_point due) {
  const auto left = std::clamp<std::chrono::milliseconds>(
      std::min(due, context_.ports.time.now() + longest_sleep) - context_.ports.time.now(),
      std::chrono::milliseconds{0}, longest_sleep);
  next_.set_if_earlier(context_.ports.time.steady_now() + left, [this] { look(); });
}

void scheduler::look() {
  if (stopped_) return;
  if (std::exchange(looking_, true)) {
    look_again_ = true;
    return;
  }
  context_.executors.readers.post([this, &store = context_.ports.store] {
    auto found = guarded([&]() -> result<outlook> {
      return outlook{.first = store.read_schedule(at_once), .count = store.count_schedule()};
    });
    context_.executors.core.post([this, found = std::move(found)] {
      looking_ = false;
      if (stopped_) return;
      if (found) return take(*found);
      next_.set_if_earlier(context_.ports.time.steady_now() + retry_interval, [this] { look(); });
    });
  });
}

void scheduler::take(const outlook& found) {
  context_.counters.scheduled_events.store(found.count, std::memory_order_relaxed);
  const time_point now = context_.ports.time.now();
  std::vector<scheduled_event> due;
  for (const scheduled_event& each : found.first) {
    if (each.due <= now) due.push_back(each);
  }
  if (!due.empty()) return publish(due);
  if (std::exchange(look_again_, false)) return look();
  sleep_until(found.first.empty() ? time_point::max() : found.first.front().due);
}

void scheduler::publish(const std::vector<scheduled_event>& due) {
  delivery_commit what;
  for (const scheduled_event& each : due) {
    auto record = std::make_shared<event>(*each.record);
    what.changes.fired.push_back(record->id);
    record->deliver_at.reset();
    what.events.push_back(std::move(record));
  }
  looking_ = true;
  context_.journal.commit(std::move(what), [this](const result<void>& stored) {
    looking_ = false;
    if (stored) return look();
    next_.set_if_earlier(context_.ports.time.steady_now() + retry_interval, [this] { look(); });
  });
}

}  // namespace eventmgr
