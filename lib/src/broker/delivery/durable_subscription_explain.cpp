#include "broker/delivery/durable_subscription.hpp"

#include <algorithm>
#include <string>
#include <utility>

// What can be said of one event.

namespace eventmgr {

namespace {

explained_stage passed(delivery_stage stage, std::string detail) {
  return {.stage = stage, .verdict = stage_verdict::passed, .detail = std::move(detail)};
}

explained_stage holds(delivery_stage stage, std::string detail) {
  return {.stage = stage, .verdict = stage_verdict::holds, .detail = std::move(detail)};
}

}  // namespace

explained_stage durable_subscription::explain_pause() const {
  constexpr auto stage = delivery_stage::pause;
  if (kept_.record.status != subscription_status::active) {
    const std::string& why = kept_.record.status_reason;
    return holds(stage, why.empty() ? "paused" : "paused: " + why);
  }
  if (book_.exceptions().full()) {
    return holds(stage,
                 std::to_string(exception_table::max_entries) + " events wait for a retry: nothing new is taken");
  }
  if (context_.journal.congested()) return holds(stage, "the store does not take outcomes");
  if (draining_) return holds(stage, "the broker is shutting down");
  return passed(stage, "active");
}

explained_stage durable_subscription::explain_breaker() const {
  constexpr auto stage = delivery_stage::breaker;
  if (!breaker_) return passed(stage, "the channel has none");
  const auto steady = context_.ports.time.steady_now();
  switch (breaker_->breaker.state(steady)) {
    case breaker_state::closed:
      break;
    case breaker_state::half_open:
      return holds(stage, "half-open: a probe is to show whether " + breaker_->origin + " answers again");
    case breaker_state::open: {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(breaker_->breaker.open_until() - steady);
      return holds(stage, "open until " + format_rfc3339(context_.ports.time.now() + left) + ", for " +
                              breaker_->origin + " failed too often");
    }
  }
  return passed(stage, "closed");
}

explained_stage durable_subscription::explain_rate() const {
  constexpr auto stage = delivery_stage::rate_limit;
  const auto& limit = kept_.definition.options.rate_limit_per_minute;
  if (!limit || !limiter_) return passed(stage, "none");
  const std::string rate = std::to_string(*limit) + " a minute";
  token_bucket bucket = *limiter_;
  const auto steady = context_.ports.time.steady_now();
  if (bucket.available(steady) > 0) return passed(stage, rate);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(bucket.next(steady) - steady);
  return holds(stage, rate + ": the next may go in " + std::to_string(left.count()) + " ms");
}

explained_stage durable_subscription::explain_consumer() const {
  constexpr auto stage = delivery_stage::consumer;
  if (const std::string trouble = channel_ ? channel_->trouble() : "not started"; !trouble.empty()) {
    return holds(stage, trouble);
  }
  const std::size_t busy = leases() ? flights_.events() : flights_.deliveries();
  const std::size_t most = kept_.definition.options.max_concurrency;
  const std::string load = std::to_string(busy) + " of " + std::to_string(most) + " in flight";
  return busy >= most ? holds(stage, load) : passed(stage, load);
}

void durable_subscription::look_at(const event& record, event_delivery& seen) const {
  const log_place place{record.partition, record.seq};
  lane_feed& lane = lanes_->of(record.partition, record.priority);
  const auto wait = [&](delivery_fate state) {
    seen.state = state;
    if (kept_.definition.options.ordering == delivery_ordering::priority) seen.lane = lane.lane();
  };
  if (const flight* item = flights_.find(place)) {
    seen.attempts = item->attempt;
    if (!item->again) {
      seen.state = delivery_fate::in_flight;
      return;
    }
    seen.detail = item->again->replay ? "a replay of it is in flight" : "it is in flight once more, requeued";
  }
  if (const exception_entry* entry = book_.exceptions().find(place)) {
    wait(entry->attempts > 0 ? delivery_fate::retrying : delivery_fate::held_back);
    seen.attempts = std::max(seen.attempts, entry->attempts);
    if (entry->attempts > 0) {
      seen.due = entry->due;
    } else {
      seen.ordering = entry->ordering;
    }
    return;
  }
  const auto known = lane.window().find(record.seq);
  if (!known) {
    const bool unseen = record.seq > lane.window().scan();
    if (!unseen) {
      seen.state = delivery_fate::settled;
      return;
    }
    wait(delivery_fate::waiting);
    if (seen.detail.empty()) seen.detail = "in the store: the lane is behind, and has not come to it";
    return;
  }
  switch (*known) {
    case delivery_outcome::outstanding:
      wait(delivery_fate::waiting);
      seen.before = lane.waiting_before(record.seq);
      break;
    case delivery_outcome::acknowledged:
      seen.state = delivery_fate::acknowledged;
      break;
    case delivery_outcome::expired:
      seen.state = delivery_fate::expired;
      break;
    case delivery_outcome::dead:
      seen.state = delivery_fate::dead_letter;
      break;
    case delivery_outcome::skipped:
      seen.state = delivery_fate::skipped;
      break;
    case delivery_outcome::exception:
      seen.state = delivery_fate::settled;
      break;
  }
}

delivery_view durable_subscription::view_of(const event& record) const {
  const bool published = record.seq > offset{};
  delivery_view seen{.subscription = kept_.record.id,
                     .name = kept_.record.name,
                     .generation = kept_.record.generation,
                     .created_at = kept_.record.created_at,
                     .since = kept_.since,
                     .origin = kept_.rules.origin(),
                     .skip_through = kept_.record.skip_through,
                     .rule = published ? kept_.rules.at(record.partition, record.seq) : kept_.rules.newest(),
                     .present = {explain_pause(), explain_breaker(), explain_rate(), explain_consumer()}};
  seen.now.subscription = seen.subscription;
  seen.now.name = seen.name;
  seen.logs_all = kept_.definition.options.delivery_log == delivery_log_mode::full;
  if (published) {
    look_at(record, seen.now);
    const recent_success* const known = context_.successes.find(seen.subscription, {record.partition, record.seq});
    if (known != nullptr) seen.success = *known;
  } else {
    seen.now.state = delivery_fate::expected;
  }
  return seen;
}

}  // namespace eventmgr
