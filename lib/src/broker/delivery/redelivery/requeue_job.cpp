#include "broker/delivery/redelivery/requeue_job.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace eventmgr {

requeue_job::requeue_job(redelivery_context& context, redelivery_record record, requeue_request request,
                         std::function<void()> over)
    : context_{context},
      record_{std::move(record)},
      request_{std::make_shared<const requeue_request>(std::move(request))},
      over_{std::move(over)},
      gate_{*request_, record_.delivered, record_.failed, record_.forgiven},
      pace_{context.delivery.alarms} {}

requeue_job::~requeue_job() {
  context_.delivery.journal.forget(*this);
  for (const auto& [id, run] : runs_) {
    run->abandon();
    if (const auto of = context_.find(id)) of->remove_source(*run);
  }
}

void requeue_job::begin(std::span<const subscription_id> subscriptions) {
  dead_letter_query query = request_->which;
  // What fails again from now on is not of this plan.
  query.until = std::min(query.until.value_or(time_point::max()), record_.created_at);
  beginning_ = true;
  requeue_owner& owner = *this;
  for (const subscription_id id : subscriptions) {
    const auto of = context_.find(id);
    if (!of || runs_.contains(id)) continue;
    auto run = std::make_shared<requeue_run>(context_, owner, id, requeue_id{record_.id}, query, request_->patch);
    runs_.emplace(id, run);
    of->add_source(std::move(run));
  }
  beginning_ = false;
  finish_if_over();
}

void requeue_job::stop(redelivery_state state, std::string reason) {
  record_.state = state;
  record_.reason = std::move(reason);
  pace_.cancel();
  changed();
  beginning_ = true;
  const auto runs = runs_;
  for (const auto& [id, run] : runs) run->halt();
  beginning_ = false;
  finish_if_over();
}

void requeue_job::resume(std::span<const subscription_id> subscriptions) {
  record_.state = redelivery_state::running;
  record_.reason.clear();
  record_.forgiven = record_.failed;
  gate_.forgive();
  ended_ = false;
  changed();
  for (const auto& [id, run] : runs_) run->unhalt();
  wake_all();
  begin(subscriptions);
}

void requeue_job::superseded(subscription_id subscription, log_place place) {
  const auto found = runs_.find(subscription);
  if (found == runs_.end()) return;
  // It may come to its end.
  const std::shared_ptr<requeue_run> run = found->second;
  run->superseded(place);
}

bool requeue_job::may_begin() {
  if (record_.state != redelivery_state::running) return false;
  switch (gate_.ask(context_.delivery.ports.time.steady_now())) {
    case requeue_gate::verdict::open:
      return true;
    case requeue_gate::verdict::later:
      pace_.set_if_earlier(gate_.next(), [this] { wake_all(); });
      return false;
    case requeue_gate::verdict::waiting:
    case requeue_gate::verdict::closed:
      return false;
  }
  return false;
}

void requeue_job::landed(redelivery_outcome outcome, const std::string& reason) {
  if (outcome == redelivery_outcome::delivered) {
    gate_.delivered();
  } else {
    gate_.failed();
  }
  record_.delivered = gate_.delivered_count();
  record_.failed = gate_.failed_count();
  changed();
  if (record_.state != redelivery_state::running) return;
  if (const char* objection = gate_.objection()) {
    return stop(redelivery_state::stopped, std::string{objection} + ": " + reason);
  }
  if (gate_.under_way() == 0 && gate_.ask(context_.delivery.ports.time.steady_now()) == requeue_gate::verdict::closed) {
    return stop(redelivery_state::completed, {});
  }
  wake_all();
}

void requeue_job::withdrawn(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) gate_.withdrawn();
  // Another run may wait for their place in the canary or the limit.
  if (count > 0 && record_.state == redelivery_state::running) wake_all();
}

void requeue_job::skipped(std::size_t count) {
  record_.skipped += count;
  changed();
}

void requeue_job::over(subscription_id which) {
  const auto found = runs_.find(which);
  if (found == runs_.end()) return;
  const std::shared_ptr<requeue_run> run = found->second;
  runs_.erase(found);
  if (const auto of = context_.find(which)) of->remove_source(*run);
  finish_if_over();
}

void requeue_job::finish_if_over() {
  if (beginning_ || !runs_.empty() || std::exchange(ended_, true)) return;
  if (record_.state == redelivery_state::running) record_.state = redelivery_state::completed;
  if (record_.state == redelivery_state::completed) {
    // Whatever became of the rest, this plan did not deliver it.
    record_.skipped = record_.total - std::min(record_.total, record_.delivered + record_.failed);
  }
  changed();
  over_();
}

void requeue_job::wake_all() {
  for (const auto& [id, run] : runs_) context_.wake(id);
}

void requeue_job::changed() {
  ++changes_;
  record_.updated_at = context_.delivery.ports.time.now();
  context_.delivery.journal.touch(*this, 0);
}

}  // namespace eventmgr
