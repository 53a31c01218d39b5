#pragma once

#include "broker/router.hpp"
#include "broker/tail_ring.hpp"
#include "ports/event_store.hpp"

#include <eventmgr/position.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace eventmgr {

/// The one stage through which every committed event passes, partition by partition in offset order: into the tail
/// ring, then to the subscribers that the router names. Used on the core's thread.
class sequencer {
 public:
  sequencer(std::span<const partition_state> partitions, std::uint64_t ring_events, std::uint64_t ring_bytes);

  /// The entries of one commit; those that were not stored are passed over.
  void accept(std::span<const append_entry> entries);

  const tail_ring& ring(partition_id partition) const { return rings_.at(partition.value); }

  /// How far the flow has come. While an event is being handed out, it is included.
  const position& heads() const noexcept { return heads_; }

  router& routes() noexcept { return router_; }

 private:
  router router_;
  std::vector<tail_ring> rings_;
  position heads_;
};

}  // namespace eventmgr
