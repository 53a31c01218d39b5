#pragma once

#include "broker/delivery/redelivery/replay_count.hpp"
#include "broker/delivery/redelivery/replay_run.hpp"

#include <eventmgr/replay.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace eventmgr {

/// A replay that is under way: a run for each subscription, and the pace that they share. Used on the core's thread.
class replay_job final : public state_source, private replay_owner {
 public:
  /// Goes on from `progress`, a row for each subscription. `over` is called when nothing is under way any more, from
  /// inside a call of a dispatcher's: the job must not be destroyed there.
  replay_job(redelivery_context& context, redelivery_record record, replay_request request, event_filter filter,
             std::vector<replay_progress_record> progress, std::function<void()> over);
  ~replay_job() override;
  replay_job(const replay_job&) = delete;
  replay_job& operator=(const replay_job&) = delete;

  /// Counts what there is, unless that was done before, then begins.
  void start();
  void cancel();

  /// `estimated_duration` is by the pace so far.
  replay_info info() const;

  void collect(delivery_commit& into) override;

 private:
  using time = std::chrono::steady_clock::time_point;

  time due(time_point received) override;
  void moved(subscription_id which) override;
  void over(subscription_id which, bool deleted) override;

  void begin();
  void end(redelivery_state state, std::string reason);
  void changed();
  std::uint64_t replayed() const;

  redelivery_context& context_;
  redelivery_record record_;
  const replay_request request_;
  const std::function<void()> over_;
  std::shared_ptr<const replay_selection> what_;
  std::shared_ptr<replay_pages> pages_;
  std::shared_ptr<replay_count> count_;
  std::map<subscription_id, replay_progress_record> progress_;  ///< of all, as it was last told
  std::map<subscription_id, std::shared_ptr<replay_run>> runs_;
  std::set<subscription_id> deleted_;
  std::set<subscription_id> unwritten_;
  timer_slot again_;
  struct pace {
    time_point received{};
    time at{};
  };
  std::optional<pace> pace_{};
  std::optional<time> began_{};
  std::uint64_t began_with_{0};
  bool ended_{false};
};

/// A replay as it is kept.
replay_info replay_info_of(const redelivery_record& record, replay_request request,
                           const std::vector<replay_progress_record>& progress);

}  // namespace eventmgr
