#pragma once

#include "broker/delivery/redelivery/replay_job.hpp"
#include "broker/delivery/redelivery/requeue_job.hpp"
#include "broker/delivery/redelivery_face.hpp"
#include "broker/delivery/subscription_service.hpp"
#include "broker/shutting_down.hpp"
#include "broker/start_resolver.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr {

/// Requeue plans and replays: makes them, keeps them in the store, and goes on with them after a restart.
class redelivery_service final : public redelivery_face {
 public:
  static constexpr std::size_t max_under_way = 100;

  redelivery_service(delivery_context& context, subscription_service& subscriptions);

  /// *Core.* Goes on with what was under way when the broker stopped.
  void start(const delivery_state& state);
  /// *Core.* Begins nothing more.
  void drain() { closing_ = true; }
  /// *Core.* The requeue plans that go on: neither over nor stopped.
  std::vector<requeue_under_way> requeues_under_way() const;

  void requeue(requeue_request request, reply<requeue_plan> done) override;
  void preview_requeue(requeue_request request, reply<requeue_preview> done) override;
  void list_requeues(std::string cursor, std::uint32_t limit, reply<requeue_page> done) override;
  void find_requeue(requeue_id id, reply<requeue_plan> done) override;
  void cancel_requeue(requeue_id id, reply<requeue_plan> done) override;
  void resume_requeue(requeue_id id, reply<requeue_plan> done) override;

  void discard(dead_letter_query query, std::optional<std::uint64_t> limit, bool dry_run,
               reply<discard_summary> done) override;
  void discard_one(dead_letter_id id, reply<dead_letter> done) override;
  void summarise(dead_letter_query query, reply<dead_letter_summary> done) override;

  void replay(replay_request request, reply<replay_info> done) override;
  void preview_replay(replay_request request, reply<replay_preview> done) override;
  void list_replays(std::string cursor, std::uint32_t limit, reply<replay_page> done) override;
  void find_replay(replay_id id, reply<replay_info> done) override;
  void cancel_replay(replay_id id, reply<replay_info> done) override;

 private:
  /// A replay that was checked.
  struct replay_draft {
    replay_request request{};
    event_filter filter{};
    position from{};
    position to{};
    std::vector<replay_progress_record> targets{};
  };

  void post(std::function<void()> work) { context_.executors.core.post(std::move(work)); }
  /// A question to the store, after all that has happened is written.
  template <class T, class Work>
  void read(Work work, reply<T> done, query_step step = query_step::first) {
    context_.journal.flush([this, work = std::move(work), done = std::move(done), step](const auto&) {
      context_.desk.ask<T>(work, done, step);
    });
  }
  template <class T>
  bool refuse(const reply<T>& done) const {
    if (!closing_) return false;
    done(shutting_down());
    return true;
  }

  /// One more is being made, until `done` is called.
  template <class T>
  static reply<T> counted(std::size_t& in_making, reply<T> done) {
    ++in_making;
    return [&in_making, done = std::move(done)](result<T> made) {
      --in_making;
      done(std::move(made));
    };
  }

  uuid fresh_id();
  void make_plan(requeue_request request, const std::vector<dead_letter_count>& counts,
                 const reply<requeue_plan>& done);
  void run_plan(redelivery_record record, requeue_request request, std::span<const dead_letter_count> counts);
  void go_on(redelivery_record record);
  /// Forgets a plan that is over once it is written how it ended.
  void retire_plan(uuid id);
  /// For a plan that is with the store alone: it is being changed there until what is given back is called. Null, and
  /// `done` is told, if another change of it goes on.
  reply<requeue_plan> begin_change(requeue_id id, const reply<requeue_plan>& done);
  /// Answers with the plan as it is now, once that is written.
  void answer_written(const requeue_job& job, const reply<requeue_plan>& done);
  /// Plans that are under way leave it alone from here on.
  void tell_discarded(const dead_letter& letter);
  /// The next page, of those that are left of the limit.
  void discard_page(dead_letter_query query, std::uint64_t limit, discard_summary so_far, reply<discard_summary> done);

  void draft(replay_request request, const reply<replay_draft>& done);
  void run_replay(redelivery_record record, replay_request request, event_filter filter,
                  std::vector<replay_progress_record> progress);
  void retire_replay(uuid id);

  delivery_context& context_;
  subscription_service& subscriptions_;
  redelivery_context shared_;
  std::map<uuid, std::unique_ptr<requeue_job>> requeues_;
  std::map<uuid, std::unique_ptr<replay_job>> replays_;
  std::set<uuid> changing_;            ///< requeue plans, in the store: see `begin_change`
  std::size_t requeues_in_making_{0};  ///< checked for room, and not yet begun
  std::size_t replays_in_making_{0};
  bool closing_{false};
};

}  // namespace eventmgr
