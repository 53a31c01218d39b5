#include "broker/delivery/redelivery/replay_job.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace eventmgr {

namespace {

constexpr std::chrono::seconds count_pause{1};

replay_status status_of(redelivery_state state) {
  switch (state) {
    case redelivery_state::started:
      return replay_status::started;
    case redelivery_state::running:
    case redelivery_state::stopped:
      return replay_status::running;
    case redelivery_state::completed:
      return replay_status::completed;
    case redelivery_state::cancelled:
      return replay_status::cancelled;
    case redelivery_state::failed:
      return replay_status::failed;
  }
  return replay_status::failed;
}

}  // namespace

replay_info replay_info_of(const redelivery_record& record, replay_request request,
                           const std::vector<replay_progress_record>& progress) {
  replay_info made{.id = {record.id},
                   .request = std::move(request),
                   .status = status_of(record.state),
                   .status_reason = record.reason,
                   .events_to_replay = record.total,
                   .created_at = record.created_at,
                   .updated_at = record.updated_at};
  std::uint64_t least = record.total;
  for (const replay_progress_record& each : progress) {
    made.targets.push_back({.id = each.subscription,
                            .name = each.subscription_name,
                            .delivered = each.delivered,
                            .failed = each.failed,
                            .done = each.done});
    // One that failed has nobody left, and what they had passed was all.
    if (!each.done || made.status == replay_status::failed) least = std::min(least, each.passed);
  }
  made.events_replayed = made.status == replay_status::started ? 0 : least;
  return made;
}

replay_job::replay_job(redelivery_context& context, redelivery_record record, replay_request request,
                       event_filter filter, std::vector<replay_progress_record> progress, std::function<void()> over)
    : context_{context},
      record_{std::move(record)},
      request_{std::move(request)},
      over_{std::move(over)},
      again_{context.delivery.alarms} {
  std::vector<matching_history::rule_ptr> rules;
  for (replay_progress_record& row : progress) {
    const auto of = context_.find(row.subscription);
    if (of) {
      rules.push_back(of->kept().rules.newest());
    } else {
      // It takes nothing, and its place in the selection is kept.
      rules.push_back(std::make_shared<const matching_rule>());
      deleted_.insert(row.subscription);
      row.done = true;
    }
    progress_.emplace(row.subscription, row);
  }
  // Rules go by the order of the rows, which is that of the map.
  std::vector<matching_history::rule_ptr> ordered(rules.size());
  for (std::size_t i = 0; i < progress.size(); ++i) {
    const auto at = progress_.find(progress[i].subscription);
    ordered[static_cast<std::size_t>(std::distance(progress_.begin(), at))] = rules[i];
  }
  what_ = std::make_shared<const replay_selection>(context_.delivery.ports.store, context_.delivery.ports.documents,
                                                   request_.topics, std::move(filter), std::move(ordered));
  pages_ = std::make_shared<replay_pages>(what_);
}

replay_job::~replay_job() {
  if (count_) count_->cancel();
  context_.delivery.journal.forget(*this);
  for (const auto& [id, run] : runs_) {
    run->abandon();
    if (const auto of = context_.find(id)) of->remove_source(*run);
  }
}

void replay_job::start() {
  if (deleted_.size() == progress_.size()) return end(redelivery_state::failed, "none of its subscriptions is left");
  if (record_.state == redelivery_state::running) return begin();
  count_ = std::make_shared<replay_count>(
      context_.delivery, what_, record_.from, record_.to, [this](result<replay_tally> counted) {
        count_.reset();
        if (!counted) {
          again_.set(context_.delivery.ports.time.steady_now() + count_pause, [this] { start(); });
          return;
        }
        record_.total = counted->events;
        record_.state = redelivery_state::running;
        changed();
        begin();
      });
  count_->start(query_step::later);
}

void replay_job::begin() {
  began_ = context_.delivery.ports.time.steady_now();
  began_with_ = replayed();
  std::vector<std::shared_ptr<replay_run>> begun;
  std::size_t index = 0;
  replay_owner& owner = *this;
  for (const auto& [id, row] : progress_) {
    if (!row.done) {
      runs_.emplace(id, std::make_shared<replay_run>(context_, owner, pages_, index, row, record_.to));
      begun.push_back(runs_.at(id));
    }
    ++index;
  }
  if (begun.empty()) return end(redelivery_state::completed, {});
  for (const auto& run : begun) {
    if (const auto of = context_.find(run->progress().subscription)) of->add_source(run);
    run->finish_if_over();
  }
}

void replay_job::cancel() { end(redelivery_state::cancelled, {}); }

void replay_job::end(redelivery_state state, std::string reason) {
  if (std::exchange(ended_, true)) return;
  record_.state = state;
  record_.reason = std::move(reason);
  if (count_) count_->cancel();
  again_.cancel();
  for (const auto& [id, run] : runs_) {
    progress_[id] = run->progress();
    unwritten_.insert(id);
    run->abandon();
    if (const auto of = context_.find(id)) of->remove_source(*run);
  }
  runs_.clear();
  changed();
  over_();
}

replay_job::time replay_job::due(time_point received) {
  // Not the present, which is later than the moment that the asker compares it with.
  if (request_.speed <= 0) return time::min();
  const time now = context_.delivery.ports.time.steady_now();
  if (!pace_) pace_ = pace{.received = received, .at = now};
  // A century, in which the clock can still count.
  constexpr std::chrono::duration<double, std::milli> longest{std::chrono::hours{24 * 365 * 100}};
  const auto apart =
      std::min(std::chrono::duration<double, std::milli>(received - pace_->received) / request_.speed, longest);
  return pace_->at + std::chrono::duration_cast<std::chrono::nanoseconds>(apart);
}

void replay_job::moved(subscription_id which) {
  unwritten_.insert(which);
  changed();
}

void replay_job::over(subscription_id which, bool deleted) {
  const auto found = runs_.find(which);
  if (found == runs_.end()) return;
  const std::shared_ptr<replay_run> run = found->second;
  progress_[which] = run->progress();
  unwritten_.insert(which);
  if (deleted) deleted_.insert(which);
  if (const auto of = context_.find(which)) of->remove_source(*run);
  runs_.erase(found);
  changed();
  if (!runs_.empty()) return;
  const bool none_left = deleted_.size() == progress_.size();
  end(none_left ? redelivery_state::failed : redelivery_state::completed,
      none_left ? "none of its subscriptions is left" : "");
}

void replay_job::changed() {
  record_.updated_at = context_.delivery.ports.time.now();
  context_.delivery.journal.touch(*this, 0);
}

void replay_job::collect(delivery_commit& into) {
  record_.delivered = 0;
  record_.failed = 0;
  for (auto& [id, row] : progress_) {
    if (const auto run = runs_.find(id); run != runs_.end()) row = run->second->progress();
    record_.delivered += row.delivered;
    record_.failed += row.failed;
    if (unwritten_.contains(id)) into.changes.progress.push_back(row);
  }
  unwritten_.clear();
  into.changes.redeliveries.push_back(record_);
}

std::uint64_t replay_job::replayed() const {
  std::uint64_t least = record_.total;
  for (const auto& [id, row] : progress_) {
    const auto run = runs_.find(id);
    const replay_progress_record& now = run == runs_.end() ? row : run->second->progress();
    if (!now.done) least = std::min(least, now.passed);
  }
  return least;
}

replay_info replay_job::info() const {
  std::vector<replay_progress_record> rows;
  for (const auto& [id, row] : progress_) {
    const auto run = runs_.find(id);
    rows.push_back(run == runs_.end() ? row : run->second->progress());
  }
  std::ranges::sort(rows, {}, &replay_progress_record::subscription_name);
  replay_info made = replay_info_of(record_, request_, rows);
  const std::uint64_t done = made.events_replayed;
  if (made.status == replay_status::running && began_ && done > began_with_) {
    const std::chrono::duration<double, std::milli> taken = context_.delivery.ports.time.steady_now() - *began_;
    const double each = taken.count() / static_cast<double>(done - began_with_);
    made.estimated_duration =
        std::chrono::milliseconds{std::llround(each * static_cast<double>(made.events_to_replay - done))};
  }
  return made;
}

}  // namespace eventmgr
