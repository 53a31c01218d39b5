#pragma once

#include "ports/delivery_records.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace eventmgr {

/// The scheduled events of a memory store. Not thread-safe.
class memory_schedule {
 public:
  /// Null when it is not on the schedule.
  std::shared_ptr<const event> find(event_id id) const;

  /// Its id must be free.
  void add(const event& record, time_point due);

  /// Absent ones are no error.
  void remove(event_id id);

  std::uint64_t size() const noexcept { return by_id_.size(); }

  std::optional<scheduled_event> look_up(event_id id) const;
  std::vector<scheduled_event> read(std::uint32_t limit) const;

 private:
  using place = std::pair<time_point, std::uint64_t>;  ///< when it is due, and the how manieth it was

  std::map<place, std::shared_ptr<const event>> by_time_;
  std::unordered_map<event_id, place> by_id_;
  std::uint64_t added_{0};
};

}  // namespace eventmgr
