#include "broker/sequencer.hpp"

#include <algorithm>

namespace eventmgr {

sequencer::sequencer(std::span<const partition_state> partitions, std::uint64_t ring_events, std::uint64_t ring_bytes) {
  // The bounds hold over all partitions together.
  const std::uint64_t count = partitions.empty() ? 1 : partitions.size();
  for (const partition_state& state : partitions) {
    rings_.emplace_back(state.head, std::max<std::uint64_t>(1, ring_events / count), ring_bytes / count);
    heads_.after.push_back(state.head);
  }
}

void sequencer::accept(std::span<const append_entry> entries) {
  for (const append_entry& appended : entries) {
    if (appended.outcome != append_outcome::stored) continue;
    const event& record = *appended.record;
    const shared_event& entry = rings_[record.partition.value].push(appended.record);
    heads_.after[record.partition.value] = record.seq;
    for (subscriber* who : router_.match(record.topic)) who->on_event(entry);
  }
}

}  // namespace eventmgr
