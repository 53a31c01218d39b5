#pragma once

#include "broker/delivery/redelivery/requeue_gate.hpp"
#include "broker/delivery/redelivery/requeue_run.hpp"

#include <eventmgr/requeue.hpp>

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>

namespace eventmgr {

/// What others may take along of a requeue plan that is under way.
struct requeue_under_way {
  requeue_id id{};
  time_point asked_at{};  ///< it takes what had failed before that
  std::shared_ptr<const requeue_request> request{};
};

/// A requeue plan that is under way: a run for each subscription, and what they share. Used on the core's thread.
class requeue_job final : public state_source, private requeue_owner {
 public:
  /// `over` is called when nothing is under way any more, from inside a call of a dispatcher's: the job must not be
  /// destroyed there.
  requeue_job(redelivery_context& context, redelivery_record record, requeue_request request,
              std::function<void()> over);
  ~requeue_job() override;
  requeue_job(const requeue_job&) = delete;
  requeue_job& operator=(const requeue_job&) = delete;

  /// Begins, or goes on, with the subscriptions that have dead letters for it.
  void begin(std::span<const subscription_id> subscriptions);

  /// Ends it before its time; what is in flight still counts. One that has stopped may so be cancelled.
  void stop(redelivery_state state, std::string reason);

  /// Goes on after it has stopped, with what is in flight still. Failures count anew.
  void resume(std::span<const subscription_id> subscriptions);

  /// Whether nothing is under way.
  bool ended() const noexcept { return ended_; }
  /// Grows with each change of the record.
  std::uint64_t changes() const noexcept { return changes_; }

  /// The event's dead letter was closed or discarded by others.
  void superseded(subscription_id subscription, log_place place);

  const redelivery_record& record() const noexcept { return record_; }
  const requeue_request& request() const noexcept { return *request_; }
  requeue_under_way outline() const {
    return {.id = {record_.id}, .asked_at = record_.created_at, .request = request_};
  }

  void collect(delivery_commit& into) override { into.changes.redeliveries.push_back(record_); }

 private:
  bool may_begin() override;
  void begun() override { gate_.begun(context_.delivery.ports.time.steady_now()); }
  void landed(redelivery_outcome outcome, const std::string& reason) override;
  void withdrawn(std::size_t count) override;
  void skipped(std::size_t count) override;
  void over(subscription_id which) override;

  void wake_all();
  void changed();
  void finish_if_over();

  redelivery_context& context_;
  redelivery_record record_;
  const std::shared_ptr<const requeue_request> request_;
  const std::function<void()> over_;
  requeue_gate gate_;
  std::map<subscription_id, std::shared_ptr<requeue_run>> runs_;
  timer_slot pace_;
  std::uint64_t changes_{0};
  bool beginning_{false};
  bool ended_{false};
};

}  // namespace eventmgr
