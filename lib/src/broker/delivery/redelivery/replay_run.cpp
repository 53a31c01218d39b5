#include "broker/delivery/redelivery/replay_run.hpp"

#include "broker/delivery/ordering_key.hpp"
#include "broker/guarded.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr {

replay_run::replay_run(redelivery_context& context, replay_owner& owner, std::shared_ptr<replay_pages> pages,
                       std::size_t index, replay_progress_record progress, const position& to)
    : context_{context},
      owner_{&owner},
      pages_{std::move(pages)},
      index_{index},
      progress_{std::move(progress)},
      wake_{context.delivery.alarms},
      ordering_{context.ordering(progress_.subscription)} {
  for (std::size_t p = 0; p < to.after.size(); ++p) {
    stretches_.push_back({.scan = progress_.floor.after[p], .end = to.after[p]});
  }
}

void replay_run::abandon() {
  owner_ = nullptr;
  over_ = true;
  wake_.cancel();
}

const redelivery* replay_run::front() {
  if (over_) return nullptr;
  shown_ = nullptr;
  if (const redelivery* again = retries_.due(context_.delivery.ports.time.steady_now())) return again;
  wake_for_retry();
  stretch* next = next_stretch();
  if (!next) return nullptr;
  const redelivery& item = next->fresh.front();
  // It does not overtake what waits for a retry.
  if (retries_.holds(item.ordering)) return nullptr;
  const time due = owner_->due(item.record->received_at);
  if (due > context_.delivery.ports.time.steady_now()) {
    wake_.set_if_earlier(due, [this] { context_.wake(progress_.subscription); });
    return nullptr;
  }
  shown_ = next;
  return &item;
}

// Over the partitions, the oldest event first.
replay_run::stretch* replay_run::next_stretch() {
  stretch* next = nullptr;
  for (std::size_t p = 0; p < stretches_.size(); ++p) {
    stretch& each = stretches_[p];
    if (each.fresh.empty()) {
      fetch(p);
    } else if (!next || each.fresh.front().record->received_at < next->fresh.front().record->received_at) {
      next = &each;
    }
  }
  return next;
}

redelivery replay_run::take() {
  redelivery item;
  if (shown_) {
    item = std::move(shown_->fresh.front());
    shown_->fresh.pop_front();
    fresh_bytes_ -= bytes_of(item);
  } else {
    item = retries_.take();
  }
  retries_.fly(item);
  return item;
}

void replay_run::settled(std::uint64_t ticket, redelivery_outcome outcome, std::chrono::milliseconds delay,
                         const std::string& /*reason*/) {
  auto item = retries_.land(ticket);
  if (!item || over_) return;
  if (outcome == redelivery_outcome::retry || outcome == redelivery_outcome::returned) {
    if (outcome == redelivery_outcome::retry) ++item->attempt;
    retries_.wait(std::move(*item), context_.delivery.ports.time.steady_now() + delay);
    return wake_for_retry();
  }
  ++(outcome == redelivery_outcome::delivered ? progress_.delivered : progress_.failed);
  settle(item->place);
  finish_if_over();
}

// The timer rings for the first only: each look arms it for the next.
void replay_run::wake_for_retry() {
  const auto next = retries_.next();
  if (next) wake_.set_if_earlier(*next, [this] { context_.wake(progress_.subscription); });
}

void replay_run::ended() {
  if (std::exchange(over_, true) || !owner_) return;
  progress_.done = true;
  owner_->over(progress_.subscription, true);
}

void replay_run::fetch(std::size_t partition) {
  stretch& at = stretches_[partition];
  if (at.reading || at.scan >= at.end || at.window.size() >= max_window) return;
  if (fresh_bytes_ + retries_.bytes() >= max_bytes) return;
  at.reading = true;
  context_.delivery.executors.readers.post([self = shared_from_this(), &core = context_.delivery.executors.core,
                                            partition, after = at.scan, through = at.end] {
    auto page = guarded([&]() -> result<page_ptr> {
      return self->pages_->read({static_cast<std::uint16_t>(partition)}, after, through);
    });
    core.post([self, partition, page = std::move(page)]() mutable { self->take_page(partition, std::move(page)); });
  });
}

void replay_run::take_page(std::size_t partition, result<page_ptr> page) {
  stretch& at = stretches_[partition];
  at.reading = false;
  if (over_) return;
  if (!page) {
    wake_.set_if_earlier(context_.delivery.ports.time.steady_now() + store_pause,
                         [this] { context_.wake(progress_.subscription); });
    return;
  }
  const replay_selection::page& came = **page;
  for (const auto& each : came.events) {
    const bool ours = each.takers[index_];
    at.window.push_back({.seq = each.record->seq, .settled = !ours});
    if (!ours) continue;
    at.fresh.push_back({.ticket = ++last_ticket_,
                        .place = {each.record->partition, each.record->seq},
                        .event = each.record->id,
                        .record = each.record,
                        .json = each.json,
                        .replay = true,
                        .by = progress_.replay,
                        .ordering = ordering_of(ordering_, *each.record)});
    fresh_bytes_ += bytes_of(at.fresh.back());
  }
  at.scan = came.scanned_through;
  advance(partition);
  context_.wake(progress_.subscription);
  finish_if_over();
}

void replay_run::settle(log_place place) {
  stretch& at = stretches_[place.partition.value];
  const auto found = std::ranges::lower_bound(at.window, place.seq, {}, &passing::seq);
  if (found != at.window.end() && found->seq == place.seq) found->settled = true;
  advance(place.partition.value);
}

void replay_run::advance(std::size_t partition) {
  stretch& at = stretches_[partition];
  while (!at.window.empty() && at.window.front().settled) {
    at.window.pop_front();
    ++progress_.passed;
  }
  progress_.floor.after[partition] = at.window.empty() ? at.scan : offset{at.window.front().seq.value - 1};
  owner_->moved(progress_.subscription);
}

void replay_run::finish_if_over() {
  const bool all = std::ranges::all_of(
      stretches_, [](const stretch& each) { return !each.reading && each.scan >= each.end && each.window.empty(); });
  if (over_ || !all) return;
  over_ = true;
  progress_.done = true;
  owner_->over(progress_.subscription, false);
}

}  // namespace eventmgr
