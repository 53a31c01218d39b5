#include "broker/handler_sink.hpp"

#include <exception>
#include <utility>

namespace eventmgr {

handler_sink::handler_sink(event_handler handler, executor& handlers, broker_counters& counters, const clock& time,
                           started begun)
    : handler_{std::move(handler)}, handlers_{handlers}, counters_{counters}, time_{time}, begun_{std::move(begun)} {}

void handler_sink::attach(std::shared_ptr<tail_handle> feed) {
  {
    const std::lock_guard lock{mutex_};
    if (stopped_) return;
    feed_ = feed;
    if (!wants_more()) return;
  }
  feed->resume();
}

bool handler_sink::wants_more() { return feed_ && waiting_.size() <= capacity / 2 && std::exchange(refused_, false); }

void handler_sink::stop() {
  std::shared_ptr<tail_handle> feed;
  std::unique_lock lock{mutex_};
  stopped_ = true;
  waiting_.clear();
  feed = std::move(feed_);
  if (running_ == std::this_thread::get_id()) return;
  idle_.wait(lock, [this] { return running_ == std::thread::id{}; });
}

void handler_sink::opened(const position& start) {
  if (const auto begun = std::exchange(begun_, nullptr)) begun(start);
}

void handler_sink::ended(const failure& why) {
  if (const auto begun = std::exchange(begun_, nullptr)) begun(why);
}

// A handler has no way to be told of a gap; what retention removed before it was read is counted with the topic.
void handler_sink::gap(const position&, const position&) {}

bool handler_sink::offer(const delivery& item) {
  const std::lock_guard lock{mutex_};
  if (stopped_) return true;
  if (waiting_.size() >= capacity) {
    refused_ = true;
    return false;
  }
  waiting_.push_back(item.record);
  if (!std::exchange(scheduled_, true)) handlers_.post([self = shared_from_this()] { self->run(); });
  return true;
}

void handler_sink::run() {
  std::shared_ptr<const event> next;
  std::shared_ptr<tail_handle> feed;
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
  call(*next);
  {
    const std::lock_guard lock{mutex_};
    running_ = {};
    if (wants_more()) feed = feed_;
  }
  idle_.notify_all();
  if (feed) feed->resume();
  // One call a turn, so that a busy subscription does not keep a handler thread from the others.
  handlers_.post([self = shared_from_this()] { self->run(); });
}

void handler_sink::call(const event& record) {
  const auto begin = time_.steady_now();
  handler_result outcome;
  try {
    outcome = handler_(record);
  } catch (const std::exception& thrown) {
    outcome = {.success = false, .error = thrown.what()};
  } catch (...) {
    outcome = {.success = false, .error = "the handler threw"};
  }
  counters_.handler_latency.record(time_.steady_now() - begin);
  if (!outcome.success) counters_.events_failed.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace eventmgr
