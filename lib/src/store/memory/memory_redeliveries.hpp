#pragma once

#include "ports/delivery_records.hpp"
#include "store/common/delivery_cursors.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace eventmgr {

/// The requeue plans and replays of a memory store. Answers the calls of `event_store` of the same names. Not
/// thread-safe.
class memory_redeliveries {
 public:
  /// Makes or replaces one. Those that are over and no longer among the newest go, with their progress.
  void put(const redelivery_record& record);

  /// Passed over where there is no such replay.
  void put(const replay_progress_record& record);

  /// Those that are not over, the oldest first, and their progress.
  void load(delivery_state& into) const;

  redelivery_record_page list(redelivery_kind kind, const std::optional<redelivery_place>& from,
                              std::uint32_t limit) const;
  std::optional<redelivery_record> find(const uuid& id) const;
  std::vector<replay_progress_record> progress_of(const uuid& replay) const;

 private:
  struct kept {
    redelivery_record row{};
    std::map<subscription_id, replay_progress_record> progress{};
  };

  /// Of one kind, the newest first.
  std::vector<const kept*> newest(redelivery_kind kind) const;
  void retain(redelivery_kind kind);

  std::map<uuid, kept> by_id_;
};

}  // namespace eventmgr
