#include "broker/delivery/receipt_board.hpp"

#include <algorithm>
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
  if (taken_.fetch_add(1, std::memory_order_relaxed) < max_waiting) return std::make_shared<seat>(taken_);
  taken_.fetch_sub(1, std::memory_order_relaxed);
  return nullptr;
}

void receipt_board::wait(log_place place, std::vector<delivery_report> reports, timers::time deadline, answer done) {
  std::ranges::sort(reports, {}, &delivery_report::subscription);
  receipt made{.reports = std::move(reports), .done = std::move(done)};
  made.open = made.reports.size();
  made.timer = alarms_.call_at(deadline, [this, place] { give_up(place); });
  const auto added = waiting_.insert_or_assign(place, std::move(made)).first;
  if (added->second.open == 0) finish(added);
}

void receipt_board::give_up(log_place place) {
  const auto found = waiting_.find(place);
  if (found != waiting_.end()) finish(found);
}

void receipt_board::end() {
  while (!waiting_.empty()) finish(waiting_.begin());
}

void receipt_board::finish(std::map<log_place, receipt>::iterator which) {
  receipt over = std::move(which->second);
  waiting_.erase(which);
  alarms_.cancel(over.timer);
  std::ranges::sort(over.reports, {}, &delivery_report::name);
  over.done(std::move(over.reports));
}

delivery_report* receipt_board::find(receipt& in, subscription_id by) const {
  const auto found = std::ranges::lower_bound(in.reports, by, {}, &delivery_report::subscription);
  return found == in.reports.end() || found->subscription != by ? nullptr : &*found;
}

void receipt_board::failed(subscription_id by, log_place place, std::uint32_t attempt, std::string_view error) {
  const auto found = waiting_.find(place);
  if (found == waiting_.end()) return;
  delivery_report* const report = find(found->second, by);
  if (!report || report->what != delivery_report::outcome::pending) return;
  report->attempts = std::max(report->attempts, attempt);
  report->error = error;
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
  const auto found = waiting_.find(place);
  if (found == waiting_.end()) return;
  delivery_report* const report = find(found->second, by);
  const auto what = reported(outcome);
  if (!report || report->what != delivery_report::outcome::pending || what == delivery_report::outcome::pending) return;
  report->what = what;
  report->attempts = std::max(report->attempts, attempts);
  if (what == delivery_report::outcome::delivered) {
    report->error.clear();
  } else if (!error.empty()) {
    report->error = error;
  }
  if (--found->second.open == 0) finish(found);
}

}  // namespace eventmgr
