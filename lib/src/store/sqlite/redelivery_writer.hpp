#pragma once

#include "ports/delivery_records.hpp"
#include "store/sqlite/statement.hpp"

namespace eventmgr::sqlite {

class connection;

/// Writes requeue plans, replays and their progress. Used inside a transaction. Members throw `sqlite_failure`. Not
/// thread-safe.
class redelivery_writer {
 public:
  explicit redelivery_writer(connection& writer);

  /// Makes or replaces one. Those that are over and no longer among the newest go, with their progress.
  void put(const redelivery_record& record);

  /// Passed over where there is no such replay.
  void put(const replay_progress_record& record);

 private:
  void retain(redelivery_kind kind);

  statement put_;
  statement put_progress_;
  statement find_old_;  ///< of kind ?1 all that are over, but the newest ?2
  statement remove_;
  statement remove_progress_;
};

}  // namespace eventmgr::sqlite
