#include "broker/explain/backtest_run.hpp"

#include "broker/delivery/topic_hints.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr {

namespace {

std::uint64_t bytes_of(const event& record) noexcept { return record.payload.size() + record.metadata.size(); }

}  // namespace

void backtest_run::collection::add(const std::shared_ptr<const event>& record) {
  ++count_;
  bytes_ += bytes_of(*record);
  newest_.push_back(record);
  while (newest_.size() > event_sample::max_samples || (newest_.size() > 1 && bytes_ > event_sample::max_bytes)) {
    bytes_ -= bytes_of(*newest_.front());
    newest_.pop_front();
  }
}

event_sample backtest_run::collection::take() const {
  event_sample made{.count = count_};
  for (const auto& record : newest_) made.samples.push_back(*record);
  return made;
}

void backtest_run::start() {
  deadline_ = ports_.time.steady_now() + backtest_request::time_limit;
  topics_ = plan_.proposed->topics;
  if (plan_.against) {
    const auto& more = plan_.against->rule->topics;
    topics_.insert(topics_.end(), more.begin(), more.end());
  }
  next_slice(query_step::first);
}

void backtest_run::next_slice(query_step step) {
  using conclusion = std::optional<backtest_result>;
  desk_.ask<conclusion>(
      [self = shared_from_this()]() -> result<conclusion> {
        if (!std::exchange(self->begun_, true)) self->begin();
        if (self->read_slice()) return conclusion{};
        return conclusion{self->conclude()};
      },
      [self = shared_from_this()](result<conclusion> made) {
        if (made.has_error()) return self->done_(made.error());
        if (!*made) return self->next_slice(query_step::later);
        self->done_(std::move(**made));
      },
      step);
}

void backtest_run::begin() {
  at_ = ports_.store.position_at(plan_.since);
  if (plan_.until) {
    end_ = ports_.store.position_at(*plan_.until);
  } else {
    for (const partition_state& state : ports_.store.partitions()) end_.after.push_back(state.head);
  }
}

bool backtest_run::read_slice() {
  std::uint64_t budget = slice_events;
  while (partition_ < at_.after.size()) {
    offset& at = at_.after[partition_];
    const offset end = end_.after[partition_];
    if (at >= end) {
      ++partition_;
      continue;
    }
    if (budget == 0) {
      complete_ = ports_.time.steady_now() < deadline_;
      return complete_;
    }
    const log_page page = ports_.store.read_log({.partition = {static_cast<std::uint16_t>(partition_)},
                                                 .after = at,
                                                 .through = end,
                                                 .topics = topics_,
                                                 .max_events = page_events});
    for (const auto& record : page.events) see(record);
    const offset through = std::min(page.scanned_through, end);
    // What retention has removed was not there to be seen.
    const std::uint64_t kept_after = std::max(at.value, page.first.value - 1);
    scanned_ += through.value > kept_after ? through.value - kept_after : 0;
    at = through;
    budget -= std::min<std::uint64_t>(budget, std::max<std::uint64_t>(page.events.size(), 1));
  }
  return false;
}

void backtest_run::see(const std::shared_ptr<const event>& record) {
  std::unique_ptr<const event_document> document;
  const auto open = [&]() -> const event_document& {
    if (!document) document = ports_.documents.open(record);
    return *document;
  };
  const auto matches = [&](const matching_rule& rule) {
    return rule.on_topic(record->topic) && rule.passes(*record, open);
  };
  const bool proposed = matches(*plan_.proposed);
  if (proposed) {
    matched_.add(record);
    ++per_hour_[std::chrono::floor<std::chrono::hours>(record->received_at)];
  }
  if (!plan_.against) return;
  const bool existing = matches(*plan_.against->rule);
  existing_matched_ += existing ? 1 : 0;
  if (proposed && !existing) gained_.add(record);
  if (existing && !proposed) lost_.add(record);
}

backtest_result backtest_run::conclude() const {
  backtest_result made{.scanned = scanned_,
                       .matched = matched_.take(),
                       .complete = complete_,
                       .scanned_through = at_,
                       .hints = hints_for(plan_.proposed->topics, ports_.store)};
  for (const auto& [hour, count] : per_hour_) made.per_hour.push_back({.begin = hour, .count = count});
  if (plan_.against) {
    made.against = backtest_result::comparison{.subscription = plan_.against->subscription,
                                               .name = plan_.against->name,
                                               .matched = existing_matched_,
                                               .gained = gained_.take(),
                                               .lost = lost_.take()};
  }
  return made;
}

}  // namespace eventmgr
