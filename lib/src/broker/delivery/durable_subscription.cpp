#include "broker/delivery/durable_subscription.hpp"

#include "broker/delivery/ordering_key.hpp"
#include "broker/shutting_down.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr {

namespace {

// Of events in flight to one subscriber, unless a single one is larger.
constexpr std::uint64_t max_flight_bytes = 16ULL << 20U;

// After a page that the store could not give.
constexpr std::chrono::milliseconds store_pause{500};

constexpr std::chrono::seconds probe_patience{1};

constexpr std::chrono::milliseconds lease_grain{10};

}  // namespace

durable_subscription::durable_subscription(delivery_context& context, kept_subscription kept,
                                           const delivery_memory& memory, std::function<void()> gone)
    : context_{context},
      kept_{std::move(kept)},
      gone_{std::move(gone)},
      book_{kept_.record.id, kept_.record.generation, memory.totals, context.receipts},
      flights_{context.serial},
      retries_{context},
      meter_{context.ports.time},
      wake_{context.alarms},
      lease_{context.alarms},
      patience_{context.alarms} {
  for (const exception_record& row : memory.exceptions) book_.restore(row);
  may_be_dead_ = kept_.record.generation > 1;
  for (const auto& place : memory.dead_above_floor) book_.restore_dead({place.key.partition, place.key.seq});

  auto lane_work = std::make_shared<lane_context>(lane_context{.flow = context.flow,
                                                               .store = context.ports.store,
                                                               .core = context.executors.core,
                                                               .readers = context.executors.readers,
                                                               .documents = context.ports.documents,
                                                               .reads = context.reads,
                                                               .rules = kept_.rules,
                                                               .ordering = kept_.definition.options.ordering,
                                                               .read_batch = context.read_batch});
  lane_work->known = [this](log_place place) {
    const delivery_outcome found = known(place);
    book_.met(found);
    return found;
  };
  lane_work->progressed = [this](bool store_failed) {
    if (!store_failed) return wake();
    wake_.set_if_earlier(context_.ports.time.steady_now() + store_pause, [this] { pump(); });
  };
  lanes_ = std::make_unique<lane_set>(std::move(lane_work), kept_.definition.options.ordering,
                                      context.ports.store.partition_count(), memory.floor);
}

durable_subscription::~durable_subscription() { stop(); }

void durable_subscription::start() {
  make_channel();
  limit_rate();
  running_ = true;
  wake();
}

void durable_subscription::stop() {
  if (!std::exchange(running_, false)) return;
  for (const auto& lane : lanes_->all()) lane->close();
  if (consumers_) consumers_->end({.code = errc::not_found, .message = "the subscription has ended"});
  channel_->close();
  for (const flight& item : flights_.take_all()) {
    abandon_probe(item);
    if (item.again) item.again->source->settled(item.again->ticket, redelivery_outcome::returned, {}, {});
  }
  for (const auto& source : redeliveries_.release()) source->ended();
  for (const auto& [tag, done] : std::exchange(tests_, {})) {
    done(failure{.code = errc::conflict, .message = "the subscription has ended"});
  }
  context_.journal.forget(*this);
  wake_.cancel();
  lease_.cancel();
  patience_.cancel();
}

void durable_subscription::disconnect() {
  consumers_ = nullptr;
  channel_.reset();
  breaker_.reset();
  breakers_.clear();
}

void durable_subscription::unhalt() {
  halted_ = false;
  sealed_ = false;
  context_.journal.touch(*this, 0);
  settled(std::exchange(kept_results_, {}));
  wake();
}

void durable_subscription::drain(std::chrono::milliseconds patience, std::function<void()> done) {
  if (!running_) return done();
  draining_ = true;
  drained_ = std::move(done);
  if (consumers_) consumers_->end(shutting_down());
  patience_.set(context_.ports.time.steady_now() + patience, [this] { end_drain(); });
  wake();
}

void durable_subscription::on_event(const shared_event& entry) {
  const event& record = *entry.record();
  const matching_rule& rule = *kept_.rules.newest();
  const auto open = [&]() -> const event_document& { return entry.document(context_.ports.documents); };
  if (!rule.on_topic(record.topic) || !rule.passes(record, open)) return;
  if (!lanes_->of(record.partition, record.priority).take_live(entry)) return;
  if (!waiting_since_) waiting_since_ = context_.ports.time.steady_now();
  wake();
}

delivery_outcome durable_subscription::known(log_place place) {
  const delivery_outcome found = book_.known(place);
  if (found != delivery_outcome::outstanding) return found;
  return skips(place) ? delivery_outcome::skipped : delivery_outcome::outstanding;
}

bool durable_subscription::skips(log_place place) const noexcept {
  const std::vector<offset>& through = kept_.record.skip_through.after;
  return !through.empty() && place.seq <= through[place.partition.value];
}

void durable_subscription::skip_waiting() {
  if (kept_.record.skip_through.after.empty() || context_.journal.congested()) return;
  std::uint64_t outcomes = 0;
  for (const auto& lane : lanes_->all()) {
    while (lane->waiting() > 0 && skips({lane->partition(), lane->at(0).seq})) {
      book_.settle(*lane, lane->take(0).seq, delivery_outcome::skipped);
      ++outcomes;
    }
  }
  if (outcomes > 0) context_.journal.touch(*this, outcomes);
}

void durable_subscription::move_on() {
  bool more = false;
  for (const auto& lane : lanes_->all()) {
    const bool skipping = skips({lane->partition(), lane->window().floor().next()});
    const offset floor = lane->window().floor();
    book_.advance(*lane);
    if (skipping && lane->window().floor() != floor) context_.journal.touch(*this, 0);
    // While nothing goes out, only what is to be skipped is of interest.
    if (!hands_out() && !skips({lane->partition(), lane->window().scan().next()})) continue;
    const offset scan = lane->window().scan();
    lane->refill();
    more = more || lane->window().scan() != scan;
  }
  if (more) wake();
}

void durable_subscription::wake() {
  if (!running_ || std::exchange(pump_posted_, true)) return;
  context_.executors.core.post([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->pump();
  });
}

void durable_subscription::pump() {
  pump_posted_ = false;
  if (!running_ || halted_) return;
  if (drained_ && flights_.events() == 0) return end_drain();
  if (!draining_) skip_waiting();
  if (hands_out()) {
    retries_.stock(book_.exceptions(), *lanes_, [this](bool store_failed) {
      if (!store_failed) return wake();
      wake_.set_if_earlier(context_.ports.time.steady_now() + store_pause, [this] { pump(); });
    });
    while (const std::size_t limit = batch_limit()) {
      batch items = next_batch(limit);
      if (items.empty()) {
        if (breaker_) breaker_->breaker.abandoned();
        break;
      }
      send(std::move(items));
    }
  }
  if (!draining_) move_on();
  arm();
}

std::size_t durable_subscription::batch_limit() {
  follow_path();
  const subscription_options& options = kept_.definition.options;
  if (!waits()) {
    waiting_since_.reset();
    if (!redeliveries_.offers()) return 0;
  }
  if (context_.journal.congested() || flights_.bytes() >= max_flight_bytes) return 0;
  const std::size_t busy = leases() ? flights_.events() : flights_.deliveries();
  const std::size_t room = options.max_concurrency > busy ? options.max_concurrency - busy : 0;
  const std::size_t capacity = channel_->capacity();
  const std::size_t limit = leases() ? std::min({room, capacity, std::size_t{context_.read_batch}})
                                     : (std::min(room, capacity) > 0 ? options.batch_size : 0);
  if (limit == 0 || waits_to_fill(std::min<std::size_t>(limit, options.batch_size))) return 0;
  if (breaker_ && !breaker_->breaker.allow(context_.ports.time.steady_now())) return 0;
  return limit;
}

bool durable_subscription::waits_to_fill(std::size_t limit) const {
  const auto wait = kept_.definition.options.batch_wait;
  if (wait.count() == 0 || !waiting_since_ || lanes_->waiting() + retries_.size() >= limit) return false;
  return context_.ports.time.steady_now() < *waiting_since_ + wait;
}

durable_subscription::batch durable_subscription::next_batch(std::size_t limit) {
  batch items;
  tokens_ = limiter_ ? limiter_->available(context_.ports.time.steady_now()) : UINT32_MAX;
  if (redeliveries_.overdue()) add_redeliveries(items, limit);
  if (!items.empty()) return items;
  while (items.size() < limit && (add_retry(items) || add_waiting(items))) {
  }
  redeliveries_.passed_over(items.size(), context_.ports.time.steady_now());
  // Never with events of the lanes, for a delivery says as a whole whether it is a replay.
  if (items.empty()) add_redeliveries(items, limit);
  return items;
}

void durable_subscription::add_redeliveries(batch& to, std::size_t limit) {
  const delivery_ordering rule = kept_.definition.options.ordering;
  const auto allowed = [&](const redelivery& item, const batch& with) {
    const std::string ordering = ordering_of(rule, *item.record);
    if (!ordering.empty()) {
      const auto same = [&](const flight& each) { return ordering_of(rule, *each.record) == ordering; };
      if (flights_.holds(ordering) || book_.exceptions().holds(ordering) || std::ranges::any_of(with, same))
        return false;
    }
    return may_spend(item.record->priority, with.size());
  };
  const std::size_t room = redeliveries_.room(kept_.definition.options, leases(), context_.ports.time.steady_now());
  to = redeliveries_.take(std::min(limit, room), allowed);
  for (flight& item : to) item.ordering = ordering_of(rule, *item.record);
}

void durable_subscription::add_source(std::shared_ptr<redelivery_source> source) {
  redeliveries_.add(std::move(source));
  wake();
}

bool durable_subscription::may_spend(priority urgency, std::size_t picked) const {
  if (picked < tokens_) return true;
  return urgency == priority::critical && kept_.rules.newest()->filter.clauses().critical_always;
}

bool durable_subscription::takes_new(std::size_t picked) const noexcept {
  return book_.exceptions().size() + flights_.fresh() + picked < exception_table::max_entries;
}

bool durable_subscription::expired(time_point when) const {
  return when != time_point::max() && when <= context_.ports.time.now();
}

bool durable_subscription::add_retry(batch& to) {
  const auto is_over = [this](const flight& each) {
    return expired(each.record->expires_at.value_or(time_point::max()));
  };
  const auto may_go = [&](const flight& each) { return is_over(each) || may_spend(each.record->priority, to.size()); };
  while (auto next = retries_.take(may_go)) {
    if (!is_over(*next)) {
      to.push_back(std::move(*next));
      return true;
    }
    book_.settle(*next, delivery_outcome::expired);
    context_.journal.touch(*this, 1);
  }
  return false;
}

bool durable_subscription::add_waiting(batch& to) {
  // A subscription with too many exceptions takes nothing new until some are settled.
  if (!takes_new(to.size())) return false;
  auto picked = lanes_->pick([&](lane_feed& lane, const waiting_event& item) { return judge(lane, item, to); });
  if (!picked) return false;
  to.push_back({.place = {picked->lane->partition(), picked->item.seq},
                .lane = std::move(picked->lane),
                .record = std::move(picked->item.record),
                .json = std::move(picked->item.json),
                .ordering = std::move(picked->item.ordering)});
  return true;
}

lane_set::verdict durable_subscription::judge(lane_feed& lane, const waiting_event& item, const batch& with) {
  const bool skipped = skips({lane.partition(), item.seq});
  if (skipped || expired(item.expires_at)) {
    book_.settle(lane, item.seq, skipped ? delivery_outcome::skipped : delivery_outcome::expired);
    context_.journal.touch(*this, 1);
    return lane_set::verdict::drop;
  }
  const std::string& ordering = item.ordering;
  if (!ordering.empty()) {
    if (book_.exceptions().holds(ordering)) {
      if (!takes_new(with.size())) return lane_set::verdict::wait;
      book_.postpone(lane, {.place = {lane.partition(), item.seq}, .lane = lane.lane(), .ordering = ordering});
      context_.journal.touch(*this, 1);
      return lane_set::verdict::drop;
    }
    const bool here = std::ranges::any_of(with, [&](const flight& each) { return each.ordering == ordering; });
    if (here || flights_.holds(ordering)) return lane_set::verdict::wait;
  }
  return may_spend(item.urgency, with.size()) ? lane_set::verdict::go : lane_set::verdict::wait;
}

void durable_subscription::send(batch items) {
  const auto now = context_.ports.time.steady_now();
  const auto deadline = now + kept_.definition.options.ack_timeout;
  const bool leased = consumers_ && consumers_->serves();
  // What an open breaker let through.
  const bool probe = breaker_ && breaker_->breaker.state(now) == breaker_state::half_open;
  if (limiter_) limiter_->spend(static_cast<std::uint32_t>(items.size()), now);
  flights_.begin(items.size());
  std::vector<outgoing_event> out;
  out.reserve(items.size());
  const time_point wall = context_.ports.time.now();
  for (flight& item : items) {
    const auto waited = std::max(wall - item.record->received_at, std::chrono::milliseconds{0});
    if (!item.from_exception && !item.again) context_.counters.end_to_end_latency.record(waited);
    outgoing_event event{
        .record = item.record, .json = item.json, .attempt = item.attempt, .replay = item.again && item.again->replay};
    item.breaker = breaker_;
    item.probe = probe;
    event.tag = flights_.add(std::move(item), leased ? std::optional{deadline} : std::nullopt);
    out.push_back(std::move(event));
  }
  if (lanes_->waiting() == 0) waiting_since_.reset();
  channel_->send(std::move(out));
}

void durable_subscription::arm() {
  const auto steady = context_.ports.time.steady_now();
  const auto wake_at = [&](timers::time when) {
    if (when > steady) wake_.set_if_earlier(when, [this] { pump(); });
  };
  if (const auto due = book_.exceptions().next_due()) {
    const auto left = *due - context_.ports.time.now();
    if (left.count() > 0) {
      wake_at(steady + left);
    } else if (hands_out() && retries_.has_room()) {
      // All that the shelf had room for has expired.
      wake();
    }
  }
  offered_ = hands_out() && !waits() && redeliveries_.offers();
  const bool waiting = waits() || offered_;
  if (waiting && limiter_) wake_at(limiter_->next(steady));
  if (waiting && breaker_ && breaker_->breaker.state(steady) == breaker_state::open)
    wake_at(breaker_->breaker.open_until());
  // Another subscription's probe is under way; what came of it is told to nobody else.
  if (waiting && breaker_ && breaker_->breaker.state(steady) == breaker_state::half_open)
    wake_at(steady + probe_patience);
  if (waiting && waiting_since_) wake_at(*waiting_since_ + kept_.definition.options.batch_wait);
  if (!consumers_ || halted_) return;
  if (const auto deadline = flights_.next_deadline()) {
    lease_.set_if_earlier(std::max(*deadline, steady + lease_grain), [this] { end_leases(); });
  }
}

}  // namespace eventmgr
