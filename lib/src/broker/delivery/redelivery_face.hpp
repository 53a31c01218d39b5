#pragma once

#include "broker/broker.hpp"

#include <eventmgr/dead_letter.hpp>
#include <eventmgr/replay.hpp>
#include <eventmgr/requeue.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr {

/// What a bulk change of dead letters did, or would do.
struct discard_summary {
  std::uint64_t matched{0};
  std::uint64_t discarded{0};  ///< 0 in a dry run
};

/// Dead letters put right, and history delivered again, as transports see it. Thread-safe; answers come on the core's
/// thread. `shutting_down` while the broker drains.
class redelivery_face {
 public:
  virtual ~redelivery_face() = default;

  /// Makes a plan and begins with it; with `which.ids` it is for these. Fails with `not_found` if one of the ids is of
  /// no dead letter, `conflict` if one is not open or its subscription is gone, or if 100 plans are under way.
  virtual void requeue(requeue_request request, reply<requeue_plan> done) = 0;
  /// Counts what `requeue` would take; changes nothing.
  virtual void preview_requeue(requeue_request request, reply<requeue_preview> done) = 0;
  virtual void list_requeues(std::string cursor, std::uint32_t limit, reply<requeue_page> done) = 0;
  virtual void find_requeue(requeue_id id, reply<requeue_plan> done) = 0;  ///< `not_found`
  /// What is in flight still counts. `conflict` if it has ended, or is being cancelled or resumed already.
  virtual void cancel_requeue(requeue_id id, reply<requeue_plan> done) = 0;
  /// Goes on with a plan that has stopped; failures count anew. `conflict` if it has not stopped, or is being cancelled
  /// or resumed already.
  virtual void resume_requeue(requeue_id id, reply<requeue_plan> done) = 0;

  /// Gives open dead letters up for good, at most `limit` (1 or more), the oldest first; their rows stay until
  /// retention takes their event. Of `query`, `state`, `limit`, `cursor` and `oldest_first` are not looked at.
  virtual void discard(dead_letter_query query, std::optional<std::uint64_t> limit, bool dry_run,
                       reply<discard_summary> done) = 0;
  /// `not_found`; `conflict` if it is not open.
  virtual void discard_one(dead_letter_id id, reply<dead_letter> done) = 0;
  virtual void summarise(dead_letter_query query, reply<dead_letter_summary> done) = 0;

  /// Begins a replay; one of nothing is completed as soon as it has begun. Fails with `invalid_request` (pointers from
  /// the request's root) for a place that does not exist, a filter with faults or an end before the beginning,
  /// `not_found` for a subscription, `conflict` if 100 are under way.
  virtual void replay(replay_request request, reply<replay_info> done) = 0;
  /// Counts, by reading the log, what `replay` would deliver. Fails as that does.
  virtual void preview_replay(replay_request request, reply<replay_preview> done) = 0;
  virtual void list_replays(std::string cursor, std::uint32_t limit, reply<replay_page> done) = 0;
  virtual void find_replay(replay_id id, reply<replay_info> done) = 0;  ///< `not_found`
  /// What is in flight is not waited for. `conflict` if it has ended.
  virtual void cancel_replay(replay_id id, reply<replay_info> done) = 0;
};

}  // namespace eventmgr
