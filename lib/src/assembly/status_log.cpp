#include "assembly/status_log.hpp"

#include "broker/delivery/subscription_face.hpp"

#include <chrono>
#include <iterator>
#include <utility>

namespace eventmgr::assembly {

namespace {

constexpr std::chrono::seconds look_interval{1};
constexpr std::uint32_t subscriptions_at_once = 100;

log_level level_of(telemetry::status_note::weight how) {
  switch (how) {
    case telemetry::status_note::weight::info:
      return log_level::info;
    case telemetry::status_note::weight::warning:
      return log_level::warning;
    case telemetry::status_note::weight::error:
      break;
  }
  return log_level::error;
}

/// Whether some have stopped, or gone on: new and deleted ones are nobody's trouble.
bool stopped_differently(const subscription_counts& a, const subscription_counts& b) {
  return a.paused != b.paused || a.error != b.error;
}

}  // namespace

status_log::status_log(broker& events, boost::asio::io_context& core, log_function log)
    : events_{events}, log_{std::move(log)}, timer_{core} {}

void status_log::stop() {
  stopped_ = true;
  timer_.cancel();
}

void status_log::look_later() {
  timer_.expires_after(look_interval);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled || stopped_) return;
    look();
    look_later();
  });
}

void status_log::look() {
  const metrics_report metrics = events_.metrics();
  write(watch_.look(events_.health(), metrics, events_.counters().accepts_failed.load(std::memory_order_relaxed),
                    std::chrono::steady_clock::now()));
  if (reading_ || !stopped_differently(metrics.durable_subscriptions, counts_)) return;
  counts_ = metrics.durable_subscriptions;
  reading_ = true;
  read_subscriptions({}, {});
}

void status_log::read_subscriptions(std::vector<subscription_info> so_far, std::string cursor) {
  events_.subscriptions().list(std::move(cursor), subscriptions_at_once,
                               [this, so_far = std::move(so_far)](result<subscription_page> page) mutable {
                                 if (page.has_error() || stopped_) {
                                   reading_ = false;
                                   return;
                                 }
                                 so_far.insert(so_far.end(), std::make_move_iterator(page->subscriptions.begin()),
                                               std::make_move_iterator(page->subscriptions.end()));
                                 if (!page->next_cursor.empty())
                                   return read_subscriptions(std::move(so_far), std::move(page->next_cursor));
                                 reading_ = false;
                                 write(watch_.look(so_far));
                               });
}

void status_log::write(const std::vector<telemetry::status_note>& notes) const {
  for (const telemetry::status_note& note : notes) log_(level_of(note.how), note.text);
}

}  // namespace eventmgr::assembly
