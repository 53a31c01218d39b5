#include "broker/delivery/durable_subscription.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace eventmgr {

namespace {

// A topic that the pattern matches: wildcards are replaced by a level of their own.
topic_name sample_topic(const topic_pattern& pattern) {
  std::string text;
  for (const char c : pattern.str()) text += c == '*' || c == '#' ? std::string{"test"} : std::string{c};
  const auto made = topic_name::parse(text);
  return made ? *made : topic_name::parse("eventmgr/test").value();
}

}  // namespace

subscription_status durable_subscription::status() const noexcept {
  const bool stuck =
      kept_.record.status == subscription_status::active && (book_.exceptions().full() || !refused_.empty());
  return stuck ? subscription_status::error : kept_.record.status;
}

subscription_info durable_subscription::info() const {
  subscription_info shown{.id = kept_.record.id,
                          .definition = kept_.definition,
                          .status = status(),
                          .status_reason = kept_.record.status_reason,
                          .generation = kept_.record.generation,
                          .revision = kept_.record.revision,
                          .created_at = kept_.record.created_at,
                          .updated_at = kept_.record.updated_at};
  if (shown.status == subscription_status::error) {
    shown.status_reason = !refused_.empty() ? "the endpoint is refused: " + refused_
                                            : std::to_string(exception_table::max_entries) +
                                                  " events wait for a retry: nothing new is taken";
  }
  return shown;
}

position durable_subscription::floor() const {
  position at{.after = context_.flow.heads().after};
  for (const auto& lane : lanes_->all()) {
    offset& least = at.after[lane->partition().value];
    least = std::min(least, lane->floor_now());
  }
  return at;
}

std::optional<log_place> durable_subscription::oldest_exception() const {
  const auto& entries = book_.exceptions().entries();
  if (entries.empty()) return std::nullopt;
  return entries.begin()->first;
}

bool durable_subscription::floor_lags() const {
  // So few that reading on from the written floor after a restart takes a moment only.
  constexpr std::uint64_t much = 4096;
  return std::ranges::any_of(
      lanes_->all(), [](const auto& lane) { return lane->floor_now().value >= lane->written_floor.value + much; });
}

bool durable_subscription::behind(const position& edge) const {
  const std::vector<offset>& skipped = kept_.record.skip_through.after;
  const position at = floor();
  for (std::size_t p = 0; p < edge.after.size(); ++p) {
    if (edge.after[p] > at.after[p] && (skipped.empty() || edge.after[p] > skipped[p])) return true;
  }
  return false;
}

subscription_stats durable_subscription::stats() const {
  const ledger_record& totals = book_.totals();
  subscription_stats made{.in_flight = flights_.events(),
                          .exceptions = book_.exceptions().size(),
                          .matched = totals.matched,
                          .acknowledged = totals.acknowledged,
                          .expired = totals.expired,
                          .dead = totals.dead,
                          .skipped = totals.skipped};
  meter_.fill(made);
  const auto steady = context_.ports.time.steady_now();
  if (breaker_) {
    made.breaker = breaker_->breaker.state(steady);
    if (made.breaker == breaker_state::open) {
      made.breaker_until = context_.ports.time.now() + std::chrono::duration_cast<std::chrono::milliseconds>(
                                                           breaker_->breaker.open_until() - steady);
    }
  }
  made.consumers = consumers_ ? consumers_->consumers() : 0;
  made.idle_reason = idle_reason();
  return made;
}

std::string durable_subscription::idle_reason() const {
  if (kept_.record.status != subscription_status::active) {
    const std::string& why = kept_.record.status_reason;
    return why.empty() ? "paused" : "paused: " + why;
  }
  if (book_.exceptions().full()) return "too many events wait for a retry";
  if (context_.journal.congested()) return "the store does not take outcomes";
  const auto steady = context_.ports.time.steady_now();
  if (breaker_ && breaker_->breaker.state(steady) == breaker_state::open) return "the circuit breaker is open";
  if (std::string trouble = channel_->trouble(); !trouble.empty()) return trouble;
  if (flights_.events() > 0) return {};
  if (waits() || offered_) {
    if (breaker_ && breaker_->breaker.probing()) {
      return "the circuit breaker is half-open: another delivery is its probe";
    }
    return limiter_ && token_bucket{*limiter_}.available(steady) == 0 ? "the rate limit is reached" : "";
  }
  if (lanes_->reading()) {
    const std::string trouble = context_.ports.store.trouble();
    return trouble.empty() ? std::string{} : "the store cannot be read: " + trouble;
  }
  return book_.exceptions().size() > 0 ? "waiting for retries" : "nothing to deliver";
}

void durable_subscription::test(reply<delivery_attempt> done) {
  if (!running_ || channel_->capacity() == 0) {
    const std::string why = channel_ ? channel_->trouble() : std::string{};
    return done(failure{.code = errc::conflict,
                        .message = why.empty() ? "nothing can be sent now" : "nothing can be sent now: " + why});
  }
  auto sample = std::make_shared<event>();
  const time_point now = context_.ports.time.now();
  sample->id = {make_uuid_v5(kept_.record.id.value, std::to_string(now.time_since_epoch().count()))};
  sample->type = "eventmgr.test";
  sample->source = "eventmgr";
  sample->topic = sample_topic(kept_.definition.topics.front());
  sample->version = "1.0";
  sample->payload = R"({"test":true})";
  sample->timestamp = now;
  sample->received_at = now;
  outgoing_event out{.tag = first_test_tag + ++context_.serial,
                     .json = std::make_shared<const std::string>(to_json(*sample))};
  const event_id id = sample->id;
  out.record = std::move(sample);
  tests_.emplace(out.tag, [id, done = std::move(done)](result<delivery_attempt> came) {
    if (came) came->event = id;
    done(std::move(came));
  });
  // A client that never says anything must not keep the caller waiting.
  const auto patience = kept_.definition.options.ack_timeout;
  context_.alarms.call_at(context_.ports.time.steady_now() + patience, [weak = weak_from_this(), tag = out.tag, now] {
    if (const auto self = weak.lock()) {
      // It is not in the table of flights, where a lease ends by itself.
      if (self->consumers_) self->consumers_->expire(tag);
      self->finish_test({.tag = tag, .outcome = delivery_result::verdict::retry, .error = "not answered", .at = now});
    }
  });
  std::vector<outgoing_event> one;
  one.push_back(std::move(out));
  channel_->send(std::move(one));
}

void durable_subscription::finish_test(const delivery_result& came) {
  const auto found = tests_.find(came.tag);
  if (found == tests_.end()) return;
  const auto done = std::move(found->second);
  tests_.erase(found);
  delivery_attempt attempt{.at = came.at,
                           .success = came.outcome == delivery_result::verdict::success,
                           .status = came.status,
                           .error = came.error,
                           .duration = came.duration,
                           .metadata = came.metadata};
  if (came.outcome == delivery_result::verdict::release) attempt.error = "it was not taken";
  done(attempt);
}

}  // namespace eventmgr
