#include "broker/delivery/redelivery/requeue_run.hpp"

#include "broker/delivery/ordering_key.hpp"
#include "broker/guarded.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr {

namespace {

struct dead_letter_batch {
  std::vector<redelivery> items{};
  std::string next_cursor{};
};

redelivery redelivery_of(const dead_letter& letter, requeue_id plan, const std::string& patch,
                         const redelivery_texts& texts) {
  auto record = std::make_shared<event>(letter.record);
  if (!patch.empty()) {
    record->payload = texts.merge(record->payload, patch);
    // Another event to the receiver, which may have taken note of the first one's id.
    record->id = {make_uuid_v5(letter.id.value, to_string(plan))};
  }
  const std::uint32_t attempt = letter.retry_count + 2;
  auto json = std::make_shared<const std::string>(to_json(*record));
  return {.place = {letter.record.partition, letter.record.seq},
          .event = letter.record.id,
          .record = std::move(record),
          .json = std::move(json),
          .attempt = attempt,
          .first_attempt = attempt,
          .by = plan.value};
}

}  // namespace

requeue_run::requeue_run(redelivery_context& context, requeue_owner& owner, subscription_id subscription,
                         requeue_id plan, dead_letter_query query, std::string patch)
    : context_{context},
      owner_{&owner},
      subscription_{subscription},
      plan_{plan},
      query_{std::move(query)},
      patch_{std::move(patch)},
      ordering_{context.ordering(subscription)},
      wake_{context.delivery.alarms} {
  query_.subscription = to_string(subscription);
  query_.state = dead_letter_state::open;
  query_.oldest_first = true;
  query_.limit = page_size;
  query_.cursor.clear();
}

void requeue_run::halt() {
  if (std::exchange(halted_, true)) return;
  for (const redelivery& item : std::exchange(fresh_, {})) release(item.place);
  const std::size_t waiting = retries_.waiting();
  while (retries_.waiting() > 0) release(retries_.take().place);
  if (owner_) owner_->withdrawn(waiting);
  wake_.cancel();
  finish_if_over();
}

void requeue_run::unhalt() {
  halted_ = false;
  exhausted_ = false;
  ++round_;
  query_.cursor.clear();
}

void requeue_run::abandon() {
  release_all();
  owner_ = nullptr;
  halted_ = true;
  wake_.cancel();
}

const redelivery* requeue_run::front() {
  if (halted_) return nullptr;
  const redelivery* again = retries_.due(context_.delivery.ports.time.steady_now());
  retry_shown_ = again != nullptr;
  if (again) return again;
  wake_for_retry();
  if (fresh_.empty()) {
    fetch();
    return nullptr;
  }
  // What waits for its retry is not overtaken by its own kind, and does not grow without bound.
  if (retries_.full() || retries_.holds(fresh_.front().ordering)) return nullptr;
  return owner_->may_begin() ? &fresh_.front() : nullptr;
}

redelivery requeue_run::take() {
  redelivery item;
  if (retry_shown_) {
    item = retries_.take();
  } else {
    item = std::move(fresh_.front());
    fresh_.pop_front();
    owner_->begun();
  }
  retries_.fly(item);
  return item;
}

void requeue_run::settled(std::uint64_t ticket, redelivery_outcome outcome, std::chrono::milliseconds delay,
                          const std::string& reason) {
  auto item = retries_.land(ticket);
  if (!item || !owner_) return;
  const bool unwanted = unwanted_.erase(item->place) > 0;
  const bool again = outcome == redelivery_outcome::retry || outcome == redelivery_outcome::returned;
  if (again && !halted_ && !unwanted) {
    if (outcome == redelivery_outcome::retry) ++item->attempt;
    retries_.wait(std::move(*item), context_.delivery.ports.time.steady_now() + delay);
    return wake_for_retry();
  }
  release(item->place);
  if (again) {
    owner_->withdrawn(1);
    if (unwanted) owner_->skipped(1);
  } else {
    // A row that changes before the plan's own time would be selected again.
    if (context_.delivery.ports.time.now() < query_.until) failed_again_.insert(item->place);
    owner_->landed(outcome, reason);
  }
  finish_if_over();
}

void requeue_run::superseded(log_place place) {
  if (!owner_) return;
  if (reading_) struck_.insert(place);
  if (const auto fresh = std::ranges::find(fresh_, place, &redelivery::place); fresh != fresh_.end()) {
    fresh_.erase(fresh);
  } else if (retries_.drop(place)) {
    owner_->withdrawn(1);
  } else {
    if (retries_.has(place)) unwanted_.insert(place);
    return;
  }
  release(place);
  owner_->skipped(1);
  context_.wake(subscription_);
  finish_if_over();
}

void requeue_run::ended() {
  if (!owner_) return;
  halted_ = true;
  release_all();
  fresh_.clear();
  const std::size_t begun = retries_.waiting() + retries_.flying();
  retries_ = {};
  owner_->withdrawn(begun);
  finish_if_over();
}

bool requeue_run::claim(log_place place) {
  return context_.claimed.insert({subscription_, place.partition, place.seq}).second;
}

void requeue_run::release(log_place place) { context_.claimed.erase({subscription_, place.partition, place.seq}); }

void requeue_run::release_all() {
  if (!owner_) return;
  for (const redelivery& item : fresh_) release(item.place);
  for (const auto& [place, ticket] : retries_.places()) release(place);
}

void requeue_run::fetch() {
  if (reading_ || exhausted_) return;
  reading_ = true;
  // What was closed a moment ago must not be found open.
  context_.delivery.journal.flush(
      [self = shared_from_this()](const result<void>& written) { self->read_page(written); });
}

void requeue_run::read_page(const result<void>& written) {
  if (!written) return take_page(round_, written.error(), {});
  if (halted_ || !owner_) {
    reading_ = false;
    return;
  }
  delivery_context& delivery = context_.delivery;
  delivery.executors.readers.post([self = shared_from_this(), &store = delivery.ports.store,
                                   &texts = delivery.ports.redeliveries, &core = delivery.executors.core,
                                   query = query_, round = round_] {
    auto page = guarded([&]() -> result<dead_letter_batch> {
      const auto found = store.query_dead_letters(query);
      if (!found) return found.error();
      dead_letter_batch batch{.next_cursor = found->next_cursor};
      for (const dead_letter& letter : found->dead_letters) {
        batch.items.push_back(redelivery_of(letter, self->plan_, self->patch_, texts));
      }
      return batch;
    });
    core.post([self, round, page = std::move(page)]() mutable {
      if (!page) return self->take_page(round, page.error(), {});
      self->take_page(round, std::move(page->items), std::move(page->next_cursor));
    });
  });
}

void requeue_run::take_page(std::uint32_t round, result<std::vector<redelivery>> page, std::string next_cursor) {
  reading_ = false;
  const std::set<log_place> struck = std::exchange(struck_, {});
  if (halted_ || !owner_) return;
  // It was begun before a halt: what it would have shown is to be read again.
  if (round != round_) return context_.wake(subscription_);
  if (!page) {
    wake_.set_if_earlier(context_.delivery.ports.time.steady_now() + store_pause,
                         [this] { context_.wake(subscription_); });
    return;
  }
  std::size_t theirs = 0;
  for (redelivery& item : *page) {
    if (failed_again_.contains(item.place) || struck.contains(item.place)) continue;
    if (!claim(item.place)) {
      if (!retries_.has(item.place)) ++theirs;
      continue;
    }
    item.ticket = ++last_ticket_;
    item.ordering = ordering_of(ordering_, *item.record);
    fresh_.push_back(std::move(item));
  }
  if (theirs > 0) owner_->skipped(theirs);
  exhausted_ = next_cursor.empty();
  query_.cursor = std::move(next_cursor);
  context_.wake(subscription_);
  finish_if_over();
}

// The timer rings for the first only: each look arms it for the next.
void requeue_run::wake_for_retry() {
  const auto next = retries_.next();
  if (next) wake_.set_if_earlier(*next, [this] { context_.wake(subscription_); });
}

void requeue_run::finish_if_over() {
  if (!owner_ || !retries_.empty() || !fresh_.empty()) return;
  if (!halted_ && (reading_ || !exhausted_)) return;
  // It may outlive its owner from here on.
  std::exchange(owner_, nullptr)->over(subscription_);
}

}  // namespace eventmgr
