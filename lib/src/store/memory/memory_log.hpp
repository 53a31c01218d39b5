#pragma once

#include "ports/event_store.hpp"
#include "store/common/history_cursor.hpp"
#include "store/memory/memory_snapshot.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace eventmgr {

/// The events of a memory store, by partition and by id. Answers the calls of `event_store` of the same names. Not
/// thread-safe.
class memory_log {
 public:
  /// `partitions` is at least 1.
  explicit memory_log(std::uint16_t partitions) : logs_(partitions) {}

  std::uint16_t partition_count() const noexcept { return static_cast<std::uint16_t>(logs_.size()); }

  /// Null when there is none.
  std::shared_ptr<const event> find(event_id id) const;
  std::shared_ptr<const event> find(partition_id partition, offset seq) const;

  /// Gives the event its place and time of receipt. Its id must be free.
  void append(const std::shared_ptr<event>& record, time_point now);

  std::vector<partition_state> states() const;
  log_page read(const log_request& request) const;
  place_page read(const place_request& request) const;
  std::uint64_t count(const log_request& request) const;
  offset place_of_last(const log_request& request, std::uint64_t count) const;
  std::vector<event> effects_of(std::span<const event_id> causes, std::uint32_t limit) const;
  event_page query(const event_query& query, const std::optional<history_place>& from) const;
  position position_at(time_point at) const;
  void copy_to(memory_snapshot_rows& rows) const;

 private:
  using log = std::vector<std::shared_ptr<const event>>;  ///< the event with offset n is at n - 1

  /// What lies between `after` and `through` in the partition of a request.
  std::span<const std::shared_ptr<const event>> stretch(const log_request& request) const;

  std::vector<log> logs_;
  std::unordered_map<event_id, std::shared_ptr<const event>> by_id_;
};

}  // namespace eventmgr
