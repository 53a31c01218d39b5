#include "broker/delivery/redelivery/requeue_run.hpp"

#include "broker/guarded.hpp"

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
          .first_attempt = attempt};
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
      wake_{context.delivery.alarms} {
  query_.subscription = to_string(subscription);
  query_.state = dead_letter_state::open;
  query_.oldest_first = true;
  query_.limit = page_size;
  query_.cursor.clear();
}

void requeue_run::halt() {
  if (std::exchange(halted_, true)) return;
  fresh_.clear();
  if (owner_) owner_->withdrawn(retries_.waiting());
  retries_.forget_waiting();
  wake_.cancel();
  finish_if_over();
}

void requeue_run::abandon() {
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
  const bool again = outcome == redelivery_outcome::retry || outcome == redelivery_outcome::returned;
  if (again && halted_) {
    owner_->withdrawn(1);
  } else if (again) {
    if (outcome == redelivery_outcome::retry) ++item->attempt;
    retries_.wait(std::move(*item), context_.delivery.ports.time.steady_now() + delay);
    wake_for_retry();
  } else {
    // A row that changes before the plan's own time would be selected again.
    if (context_.delivery.ports.time.now() < query_.until) failed_again_.insert(item->place);
    owner_->landed(outcome, reason);
  }
  finish_if_over();
}

void requeue_run::ended() {
  exhausted_ = true;
  fresh_.clear();
  if (owner_) owner_->withdrawn(retries_.waiting() + retries_.flying());
  retries_ = {};
  finish_if_over();
}

void requeue_run::fetch() {
  if (reading_ || exhausted_) return;
  reading_ = true;
  delivery_context& delivery = context_.delivery;
  delivery.executors.readers.post([self = shared_from_this(), &store = delivery.ports.store,
                                   &texts = delivery.ports.redeliveries, &core = delivery.executors.core,
                                   query = query_] {
    auto page = guarded([&]() -> result<dead_letter_batch> {
      const auto found = store.query_dead_letters(query);
      if (!found) return found.error();
      dead_letter_batch batch{.next_cursor = found->next_cursor};
      for (const dead_letter& letter : found->dead_letters) {
        batch.items.push_back(redelivery_of(letter, self->plan_, self->patch_, texts));
      }
      return batch;
    });
    core.post([self, page = std::move(page)]() mutable {
      if (!page) return self->take_page(page.error(), {});
      self->take_page(std::move(page->items), std::move(page->next_cursor));
    });
  });
}

void requeue_run::take_page(result<std::vector<redelivery>> page, std::string next_cursor) {
  reading_ = false;
  if (halted_ || over_) return;
  if (!page) {
    wake_.set_if_earlier(context_.delivery.ports.time.steady_now() + store_pause,
                         [this] { context_.wake(subscription_); });
    return;
  }
  for (redelivery& item : *page) {
    if (failed_again_.contains(item.place)) continue;
    item.ticket = ++last_ticket_;
    fresh_.push_back(std::move(item));
  }
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
  if (over_ || !owner_ || !retries_.empty() || !fresh_.empty()) return;
  if (!halted_ && (reading_ || !exhausted_)) return;
  over_ = true;
  owner_->over(subscription_);
}

}  // namespace eventmgr
