#pragma once

#include "ports/event_store.hpp"

#include <eventmgr/event_manager.hpp>

namespace eventmgr {

/// What a publisher is told of an event whose commit has succeeded.
inline publish_receipt receipt_of(const append_entry& entry) {
  const event& record = *entry.record;
  if (entry.outcome == append_outcome::duplicate) {
    return {.id = record.id,
            .topic = entry.original_topic,
            .partition = entry.original_partition,
            .seq = entry.original_seq,
            .duplicate = true,
            .scheduled = entry.original_seq.value == 0};
  }
  if (entry.outcome == append_outcome::scheduled) return {.id = record.id, .topic = record.topic, .scheduled = true};
  return {.id = record.id, .topic = record.topic, .partition = record.partition, .seq = record.seq};
}

}  // namespace eventmgr
