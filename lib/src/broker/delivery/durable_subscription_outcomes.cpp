#include "broker/delivery/dead_letter_copy.hpp"
#include "broker/delivery/durable_subscription.hpp"
#include "core/delivery/failure_fingerprint.hpp"
#include "core/delivery/retry_delay.hpp"

#include <algorithm>
#include <utility>

// What comes of deliveries.

namespace eventmgr {

namespace {

std::string seconds_text(std::chrono::milliseconds time) {
  std::string text = std::to_string(time.count() / 1000);
  if (const auto rest = time.count() % 1000; rest != 0) text += "." + std::to_string(1000 + rest).substr(1);
  return text + " s";
}

attempt_origin origin_of(const flight& item) {
  if (!item.again) return attempt_origin::live;
  return item.again->replay ? attempt_origin::replay : attempt_origin::requeue;
}

}  // namespace

void durable_subscription::settled(std::span<const delivery_result> results) {
  if (!running_) return;
  if (halted_) {
    kept_results_.insert(kept_results_.end(), results.begin(), results.end());
    return;
  }
  std::uint64_t outcomes = 0;
  bool gone = false;
  std::vector<endpoint_word> words;
  for (const delivery_result& result : results) {
    if (result.tag >= first_test_tag) {
      hear(words, breaker_, false, result);
      finish_test(result);
      continue;
    }
    auto item = flights_.take(result.tag);
    if (!item) continue;
    ++outcomes;
    hear(words, item->breaker, item->probe, result);
    gone = gone || result.outcome == delivery_result::verdict::gone;
    settle(std::move(*item), result);
  }
  tell_breakers(words);
  if (outcomes > 0) context_.journal.touch(*this, outcomes);
  if (gone && !std::exchange(gone_told_, true)) gone_();
  wake();
}

void durable_subscription::settle(flight item, const delivery_result& result) {
  using verdict = delivery_result::verdict;
  if (result.outcome == verdict::release || result.outcome == verdict::gone) return give_back(std::move(item));

  const bool success = result.outcome == verdict::success;
  context_.counters.deliveries_attempted.fetch_add(1, std::memory_order_relaxed);
  context_.counters.delivery_latency.record(result.duration);
  note(item, result);
  if (success) {
    meter_.succeeded();
    context_.counters.deliveries_succeeded.fetch_add(1, std::memory_order_relaxed);
    context_.counters.events_processed.fetch_add(1, std::memory_order_relaxed);
    // Any success closes the event's dead letter.
    if (item.again || may_be_dead_) {
      book_.redeem(item.place);
      redeliveries_.superseded(item.place);
    }
  } else {
    meter_.failed(result.error);
    context_.counters.deliveries_failed.fetch_add(1, std::memory_order_relaxed);
    context_.counters.events_failed.fetch_add(1, std::memory_order_relaxed);
  }
  if (item.again) return redelivered(item, result);
  if (!success) return fail(std::move(item), result);
  book_.settle(item, delivery_outcome::acknowledged);
}

void durable_subscription::note(const flight& item, const delivery_result& result) {
  const bool success = result.outcome == delivery_result::verdict::success;
  // A success at the first attempt is not worth its row unless somebody asks for it; one that ends a story is.
  const bool plain = success && !item.again && item.attempt == 1;
  if (plain && kept_.definition.options.delivery_log != delivery_log_mode::full) {
    return context_.successes.add({.subscription = kept_.record.id,
                                   .place = item.place,
                                   .acknowledged_at = result.at + result.duration,
                                   .duration = result.duration,
                                   .generation = kept_.record.generation,
                                   .attempt = item.attempt});
  }
  book_.note({.event = item.again ? item.again->event : item.record->id,
              .partition = item.place.partition,
              .seq = item.place.seq,
              .attempt = item.attempt,
              .at = result.at,
              .success = success,
              .status = result.status,
              .error = result.error,
              .duration = result.duration,
              .metadata = result.metadata,
              .origin = origin_of(item),
              .redelivery = item.again ? item.again->by : uuid{}});
}

std::chrono::milliseconds durable_subscription::delay_after(const delivery_result& result, std::uint32_t attempts) {
  context_.counters.events_retried.fetch_add(1, std::memory_order_relaxed);
  if (result.retry_after.count() != 0) return result.retry_after;
  std::uniform_real_distribution<double> draw{0.0, 1.0};
  return retry_delay(kept_.definition.options.retry, attempts, draw(context_.random));
}

void durable_subscription::redelivered(const flight& item, const delivery_result& result) {
  using verdict = delivery_result::verdict;
  redeliveries_.landed();
  const redelivery_mark& mark = *item.again;
  if (result.outcome == verdict::success) {
    return mark.source->settled(mark.ticket, redelivery_outcome::delivered, {}, {});
  }
  const std::uint32_t spent = item.attempt - mark.first_attempt + 1;
  if (result.outcome != verdict::reject && spent < attempts_allowed(*item.record)) {
    return mark.source->settled(mark.ticket, redelivery_outcome::retry, delay_after(result, spent), result.error);
  }
  dead_letter_record row = dead_letter_of(*item.record, spent, result.error);
  // A copy that was edited fails for the event that it was made of.
  row.event = mark.event;
  row.id = {make_uuid_v5(kept_.record.id.value, to_string(mark.event))};
  row.lane = lanes_->of(item.place.partition, item.record->priority).lane();
  row.counted = false;
  row.reopens = mark.replay;
  // A requeue gives up what is a dead letter already, and has its copy.
  if (mark.replay) announce_dead(*item.record);
  book_.bury_again(item, std::move(row));
  redeliveries_.superseded(item.place);
  may_be_dead_ = true;
  mark.source->settled(mark.ticket, redelivery_outcome::given_up, {}, result.error);
}

void durable_subscription::fail(flight item, const delivery_result& result) {
  const bool no_more = result.outcome == delivery_result::verdict::reject;
  if (no_more || item.attempt >= attempts_allowed(*item.record)) {
    return give_up(item, item.attempt, result.error);
  }
  const auto delay = delay_after(result, item.attempt);
  book_.postpone(*item.lane, {.place = item.place,
                              .lane = item.lane->lane(),
                              .attempts = item.attempt,
                              .due = context_.ports.time.now() + delay,
                              .ordering = std::move(item.ordering)});
}

void durable_subscription::give_back(flight item) {
  if (item.again) {
    redeliveries_.landed();
    item.again->source->settled(item.again->ticket, redelivery_outcome::returned, {}, {});
    return;
  }
  if (item.from_exception) {
    book_.exceptions().give_back(item.place);
    return;
  }
  item.lane->give_back(std::move(item.record), std::move(item.json));
}

void durable_subscription::give_up(const flight& item, std::uint32_t attempts, const std::string& reason) {
  announce_dead(*item.record);
  book_.bury(item, dead_letter_of(*item.record, attempts, reason));
  redeliveries_.superseded(item.place);
}

// The id of a copy is made of the event's, so that one that was made before is not made twice.
void durable_subscription::announce_dead(const event& record) {
  context_.counters.dead_letters.fetch_add(1, std::memory_order_relaxed);
  const auto& target = kept_.definition.options.dead_letter_topic;
  if (!target || sender_of_copy(record)) return;
  copies_.push_back(make_dead_letter_copy(record, kept_.record.id, *target, context_.ports.time.now()));
}

dead_letter_record durable_subscription::dead_letter_of(const event& record, std::uint32_t attempts,
                                                        const std::string& reason) {
  return {.id = {make_uuid_v5(kept_.record.id.value, to_string(record.id))},
          .event = record.id,
          .subscription_name = kept_.record.name,
          .reason = reason,
          .fingerprint = failure_fingerprint(reason),
          .attempts = attempts,
          .failed_at = context_.ports.time.now()};
}

std::uint32_t durable_subscription::attempts_allowed(const event& record) const {
  const std::uint32_t policy = kept_.definition.options.retry.max_retries;
  // The publisher's own limit counts where it was sent; the default that metadata is shown with does not. Most say
  // nothing of it, and are not parsed.
  const bool named = record.metadata.find("\"maxRetries\"") != std::string::npos ||
                     record.metadata.find("\"max_retries\"") != std::string::npos;
  const auto sent = named ? parse_metadata(record.metadata) : result<metadata>{metadata{}};
  if (!sent || !sent->max_retries || *sent->max_retries < 0) return policy + 1;
  return std::min(policy, static_cast<std::uint32_t>(*sent->max_retries)) + 1;
}

void durable_subscription::end_leases() {
  const auto allowed = kept_.definition.options.ack_timeout;
  std::vector<delivery_result> late;
  for (const delivery_tag tag : flights_.overdue(context_.ports.time.steady_now())) {
    if (!consumers_->expire(tag)) continue;
    late.push_back({.tag = tag,
                    .outcome = delivery_result::verdict::retry,
                    .error = "not acknowledged within " + seconds_text(allowed),
                    .at = context_.ports.time.now() - allowed,
                    .duration = allowed});
  }
  if (!late.empty()) settled(late);
  arm();
}

void durable_subscription::collect(delivery_commit& into) {
  if (sealed_) return;
  book_.collect(lanes_->all(), into.changes);
  take_copies(into);
}

bool durable_subscription::book_kept() {
  const std::vector<delivery_result> kept = std::exchange(kept_results_, {});
  halted_ = false;
  settled(kept);
  halted_ = true;
  return !kept.empty();
}

delivery_commit durable_subscription::close_books() {
  book_kept();
  delivery_commit left;
  book_.take_rows(left.changes);
  take_copies(left);
  return left;
}

void durable_subscription::take_over(delivery_commit left) {
  book_.add_rows(std::move(left.changes));
  for (const auto& copy : left.events) copies_.push_back(std::move(*copy));
  context_.journal.touch(*this, 0);
}

void durable_subscription::take_copies(delivery_commit& into) {
  for (event& copy : copies_) into.events.push_back(std::make_shared<event>(std::move(copy)));
  copies_.clear();
}

}  // namespace eventmgr
