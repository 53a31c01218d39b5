#include "broker/delivery/lane_set.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace eventmgr {

lane_set::lane_set(const std::shared_ptr<const lane_context>& context, delivery_ordering ordering,
                   std::uint16_t partitions, const std::function<offset(partition_id, priority)>& floor)
    : ordered_{ordering != delivery_ordering::priority},
      partitions_{partitions},
      per_partition_{ordered_ ? std::size_t{1} : std::size_t{4}} {
  for (std::uint16_t p = 0; p < partitions; ++p) {
    for (std::size_t l = 0; l < per_partition_; ++l) {
      const partition_id partition{p};
      const auto lane = static_cast<priority>(l);
      priority_set only;
      only.add(lane);
      lanes_.push_back(std::make_shared<lane_feed>(context, partition, lane, ordered_ ? priority_set::all() : only,
                                                   floor(partition, lane)));
    }
  }
}

lane_set::~lane_set() {
  for (const auto& lane : lanes_) lane->close();
}

std::size_t lane_set::index_of(partition_id partition, priority lane) const noexcept {
  return partition.value * per_partition_ + (ordered_ ? 0 : static_cast<std::size_t>(lane));
}

lane_feed& lane_set::of(partition_id partition, priority lane) { return *lanes_[index_of(partition, lane)]; }

std::optional<std::size_t> lane_set::first_ready(lane_feed& lane, const judge& asked) {
  for (std::size_t i = 0; i < lane.waiting();) {
    switch (asked(lane, lane.at(i))) {
      case verdict::go:
        return lane.look(i) ? std::optional{i} : std::nullopt;
      case verdict::drop:
        lane.take(i);
        break;
      case verdict::wait:
        if (!ordered_) return std::nullopt;
        ++i;
        break;
    }
  }
  return std::nullopt;
}

lane_set::choice lane_set::choose(std::size_t priority_index, const judge& asked) {
  choice made;
  for (std::uint16_t i = 0; i < partitions_; ++i) {
    const std::size_t partition = static_cast<std::size_t>(turn_ + i) % partitions_;
    const std::size_t index = partition * per_partition_ + priority_index;
    lane_feed& lane = *lanes_[index];
    if (!made.lane) {
      if (const auto ready = first_ready(lane, asked)) {
        made.lane = index;
        made.item = *ready;
      }
    }
    made.unknown = made.unknown || lane.unknown();
  }
  return made;
}

std::optional<lane_set::picked> lane_set::pick(const judge& asked) {
  std::array<bool, 4> ready{};
  std::array<choice, 4> choices{};
  std::size_t known = 0;
  for (; known < per_partition_; ++known) {
    choices[known] = choose(known, asked);
    ready[known] = choices[known].lane.has_value();
    // What is less urgent waits until it is known that nothing here goes first.
    if (!ready[known] && choices[known].unknown) break;
  }
  const auto lane = picker_.pick(ready, known);
  if (!lane) return std::nullopt;
  const choice& chosen = choices[static_cast<std::size_t>(*lane)];
  if (!chosen.lane) return std::nullopt;
  turn_ = static_cast<std::uint16_t>((turn_ + 1) % partitions_);
  const auto& from = lanes_[*chosen.lane];
  return picked{.lane = from, .item = from->take(chosen.item)};
}

void lane_set::hold() {
  for (const auto& lane : lanes_) lane->hold();
}

void lane_set::release() noexcept {
  for (const auto& lane : lanes_) lane->release();
}

std::size_t lane_set::waiting() const noexcept {
  std::size_t sum = 0;
  for (const auto& lane : lanes_) sum += lane->waiting();
  return sum;
}

bool lane_set::reading() const noexcept {
  return std::ranges::any_of(lanes_, [](const auto& lane) { return lane->unknown(); });
}

}  // namespace eventmgr
