#include "broker/delivery/durable_subscription.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

// The way out, and the circuit breakers before it.

namespace eventmgr {

namespace {

/// Stands for an endpoint to which no channel can be made.
class broken_channel final : public channel {
 public:
  explicit broken_channel(std::string why) : why_{std::move(why)} {}

  std::size_t capacity() const override { return 0; }
  void send(std::vector<outgoing_event> /*batch*/) override {}
  std::string_view origin() const override { return {}; }
  std::string trouble() const override { return why_; }
  void close() override {}

 private:
  const std::string why_;
};

// What a channel is made of, and nothing else: what the dispatcher sees to by itself is as it is by default.
subscription_definition channel_part(const subscription_definition& whole) {
  subscription_definition part{
      .name = whole.name, .channel = whole.channel, .endpoint = whole.endpoint, .options = whole.options};
  const subscription_options defaults;
  part.options.least_priority = defaults.least_priority;
  part.options.batch_wait = defaults.batch_wait;
  part.options.retry = defaults.retry;
  part.options.dead_letter_topic = defaults.dead_letter_topic;
  part.options.rate_limit_per_minute = defaults.rate_limit_per_minute;
  part.options.start_from = defaults.start_from;
  part.options.delivery_log = defaults.delivery_log;
  part.options.max_backlog = defaults.max_backlog;
  const bool outward = whole.channel == channel_kind::webhook || whole.channel == channel_kind::websocket;
  if (!outward) part.options.max_concurrency = defaults.max_concurrency;
  return part;
}

}  // namespace

void durable_subscription::make_channel() {
  const subscription_definition& definition = kept_.definition;
  const bool outward = !leases();
  refused_.clear();
  std::unique_ptr<channel> out;
  if (outward) {
    try {
      out = context_.ports.channels.make(kept_.record.id, definition, *this);
    } catch (const error& refused) {
      // What an earlier release let pass, this one may not.
      refused_ = refused.reason().message;
      out = std::make_unique<broken_channel>(refused_);
    }
  }
  consumers_ = nullptr;
  if (!outward || definition.options.realtime) {
    auto group = std::make_unique<consumer_group>(context_, *this, definition, std::move(out));
    consumers_ = group.get();
    channel_ = std::move(group);
  } else {
    channel_ = std::move(out);
  }
  // Those of the channel before are let go of only now: the origin may be the same.
  const auto before = std::exchange(breakers_, {});
  breaker_.reset();
  follow_path();
}

void durable_subscription::limit_rate() {
  limiter_.reset();
  if (const auto limit = kept_.definition.options.rate_limit_per_minute) {
    limiter_.emplace(*limit, context_.ports.time.steady_now());
  }
}

void durable_subscription::change(kept_subscription kept) {
  // One that was refused is tried again with every change.
  const bool same_channel = refused_.empty() && channel_part(kept.definition) == channel_part(kept_.definition);
  const bool same_rate =
      kept.definition.options.rate_limit_per_minute == kept_.definition.options.rate_limit_per_minute;
  kept_ = std::move(kept);
  gone_told_ = false;
  if (!same_rate) limit_rate();
  if (!same_channel) {
    if (consumers_) {
      consumers_->end({.code = errc::conflict, .message = "the subscription was changed: attach again"});
    }
    channel_->close();
    for (flight& item : flights_.take_all()) {
      abandon_probe(item);
      give_back(std::move(item));
    }
    make_channel();
  }
  wake();
}

void durable_subscription::follow_path() {
  const std::string_view origin = channel_->origin();
  if (origin.empty()) return breaker_.reset();
  if (breaker_ && breaker_->origin == origin) return;
  const auto known = std::ranges::find_if(breakers_, [&](const auto& each) { return each->origin == origin; });
  breaker_ = known != breakers_.end() ? *known : breakers_.emplace_back(context_.breakers.get(origin));
}

void durable_subscription::abandon_probe(const flight& item) {
  if (item.probe) item.breaker->breaker.abandoned();
}

void durable_subscription::hear(std::vector<endpoint_word>& words, std::shared_ptr<endpoint_breaker> of, bool probe,
                                const delivery_result& result) {
  if (!of) return;
  auto word = std::ranges::find(words, of, &endpoint_word::of);
  if (word == words.end()) word = words.insert(words.end(), {.of = std::move(of)});
  word->probe = word->probe || probe;
  word->failed = word->failed || result.endpoint_failed;
  word->answered = word->answered || (result.outcome != delivery_result::verdict::release && !result.endpoint_failed);
}

void durable_subscription::tell_breakers(const std::vector<endpoint_word>& words) {
  const auto now = context_.ports.time.steady_now();
  for (const endpoint_word& word : words) {
    circuit_breaker& breaker = word.of->breaker;
    const breaker_state before = breaker.state(now);
    if (word.failed) {
      breaker.failed(now);
    } else if (word.answered) {
      breaker.succeeded();
    } else if (word.probe) {
      breaker.abandoned();
    }
    if (breaker.state(now) != before) context_.breakers.show(*word.of, now);
  }
}

}  // namespace eventmgr
