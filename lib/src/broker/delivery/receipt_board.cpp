#include "broker/delivery/receipt_board.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace eventmgr {

namespace {

delivery_report::outcome reported(delivery_outcome outcome) {
  switch (outcome) {
    case delivery_outcome::acknowledged:
      return delivery_report::outcome::delivered;
    case delivery_outcome::dead:
      return delivery_report::outcome::dead;
    case delivery_outcome::expired:
      return delivery_report::outcome::expired;
    case delivery_outcome::skipped:
      return delivery_report::outcome::skipped;
    case delivery_outcome::outstanding:
    case delivery_outcome::exception:
      break;
  }
  return delivery_report::outcome::pending;
}

}  // namespace

std::shared_ptr<receipt_board::seat> receipt_board::reserve() {
  if (taken_->fetch_add(1, std::memory_order_relaxed) < max_waiting) return std::make_shared<seat>(taken_);
  taken_->fetch_sub(1, std::memory_order_relaxed);
  return nullptr;
}

receipt_board::key receipt_board::wait(log_place place, request what, timers::time deadline, answer done) {
  const key number = ++last_;
  std::ranges::sort(what.open, {}, &delivery_report::subscription);
  std::ranges::sort(what.unnamed);
  receipt made{.number = number, .what = std::move(what), .done = std::move(done)};
  made.left = made.what.open.size() + made.what.unnamed.size();
  made.timer = alarms_.call_at(deadline, [this, place, number] { give_up(place, number); });
  const auto added = waiting_.emplace(place, std::move(made));
  if (added->second.left == 0 || ended_) finish(added);
  return number;
}

void receipt_board::give_up(log_place place, key which) {
  const auto [first, last] = waiting_.equal_range(place);
  const auto found = std::find_if(first, last, [&](const auto& entry) { return entry.second.number == which; });
  if (found != last) finish(found);
}

void receipt_board::end() {
  ended_ = true;
  while (!waiting_.empty()) finish(waiting_.begin());
}

void receipt_board::finish(receipts::iterator which) {
  receipt over = std::move(which->second);
  waiting_.erase(which);
  alarms_.cancel(over.timer);
  told made{.reports = std::move(over.what.open), .delivered = over.what.delivered};
  std::ranges::move(over.what.known, std::back_inserter(made.reports));
  std::ranges::sort(made.reports, {}, &delivery_report::name);
  made.delivered += static_cast<std::uint64_t>(
      std::ranges::count(made.reports, delivery_report::outcome::delivered, &delivery_report::what));
  over.done(std::move(made));
}

delivery_report* receipt_board::find(receipt& in, subscription_id by) {
  const auto found = std::ranges::lower_bound(in.what.open, by, {}, &delivery_report::subscription);
  return found == in.what.open.end() || found->subscription != by ? nullptr : &*found;
}

void receipt_board::failed(subscription_id by, log_place place, std::uint32_t attempt, std::string_view error) {
  const auto [first, last] = waiting_.equal_range(place);
  for (auto each = first; each != last; ++each) {
    delivery_report* const report = find(each->second, by);
    if (!report || report->what != delivery_report::outcome::pending) continue;
    report->attempts = std::max(report->attempts, attempt);
    report->error = error;
  }
}

void receipt_board::left(subscription_id by, const std::optional<position>& through) {
  std::vector<log_place> places;
  for (const auto& [place, each] : waiting_) {
    if (!through || place.seq <= through->after[place.partition.value]) places.push_back(place);
  }
  for (const log_place place : places) settled(by, place, delivery_outcome::skipped, 0, {});
}

void receipt_board::settled(subscription_id by, log_place place, delivery_outcome outcome, std::uint32_t attempts,
                            std::string_view error) {
  if (!waiting_.contains(place)) return;
  learn(place, {.subscription = by, .what = reported(outcome), .attempts = attempts, .error = std::string{error}});
}

void receipt_board::learn(log_place place, const delivery_report& news) {
  if (news.what == delivery_report::outcome::pending) return;
  const auto [first, last] = waiting_.equal_range(place);
  for (auto each = first; each != last;) {
    const auto now = each++;
    take(now->second, news);
    if (now->second.left == 0) finish(now);
  }
}

void receipt_board::take(receipt& in, const delivery_report& news) {
  const bool delivered = news.what == delivery_report::outcome::delivered;
  if (delivery_report* const report = find(in, news.subscription)) {
    if (report->what != delivery_report::outcome::pending) return;
    report->what = news.what;
    report->attempts = std::max(report->attempts, news.attempts);
    if (delivered) {
      report->error.clear();
    } else if (!news.error.empty()) {
      report->error = news.error;
    }
    --in.left;
    return;
  }
  auto& unnamed = in.what.unnamed;
  const auto found = std::ranges::lower_bound(unnamed, news.subscription);
  if (found == unnamed.end() || *found != news.subscription) return;
  unnamed.erase(found);
  in.what.delivered += delivered ? 1 : 0;
  --in.left;
}

}  // namespace eventmgr
