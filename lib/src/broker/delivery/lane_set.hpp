#pragma once

#include "broker/delivery/flight_table.hpp"
#include "broker/delivery/lane_feed.hpp"
#include "core/delivery/lane_picker.hpp"

#include <eventmgr/subscription.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace eventmgr {

/// The lanes of one subscription, over all partitions, and the order in which their events go out. Used on the core's
/// thread.
class lane_set {
 public:
  /// What is asked of an event before it is picked. Its record may not be there.
  enum class verdict : std::uint8_t {
    go,
    wait,  ///< it stays, and so does its lane unless it is ordered by key: then a later event may pass it
    drop,  ///< it has just been given its outcome: it leaves the lane
  };
  using judge = std::function<verdict(lane_feed& lane, const waiting_event& item)>;

  /// With `floor` of each partition and lane.
  lane_set(const std::shared_ptr<const lane_context>& context, delivery_ordering ordering, std::uint16_t partitions,
           const std::function<offset(partition_id, priority)>& floor);
  ~lane_set();
  lane_set(const lane_set&) = delete;
  lane_set& operator=(const lane_set&) = delete;

  lane_feed& of(partition_id partition, priority lane);
  std::span<const std::shared_ptr<lane_feed>> all() const noexcept { return lanes_; }

  struct picked {
    std::shared_ptr<lane_feed> lane{};
    waiting_event item{};
  };

  /// The next event: by priority, with regard for fairness, and partition by partition in turn. Nullopt when none may
  /// go, or when what lies in a more urgent lane is not known yet.
  std::optional<picked> pick(const judge& asked);

  // As for one lane, for all.

  void hold();
  void release() noexcept;

  std::size_t waiting() const noexcept;
  /// Whether a lane is still finding out what it holds.
  bool reading() const noexcept;

 private:
  std::size_t index_of(partition_id partition, priority lane) const noexcept;
  /// What can be said of the events of one priority.
  struct choice {
    std::optional<std::size_t> lane{};
    std::size_t item{0};
    bool unknown{false};
  };
  choice choose(std::size_t priority_index, const judge& asked);
  std::optional<std::size_t> first_ready(lane_feed& lane, const judge& asked);

  const bool ordered_;
  const std::uint16_t partitions_;
  const std::size_t per_partition_;  ///< 4, or 1 if ordered
  std::vector<std::shared_ptr<lane_feed>> lanes_;
  lane_picker picker_;
  std::uint16_t turn_{0};  ///< the partition that is asked first
};

}  // namespace eventmgr
