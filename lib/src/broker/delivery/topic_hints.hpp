#pragma once

#include "ports/event_store.hpp"

#include <eventmgr/topic.hpp>

#include <span>
#include <vector>

namespace eventmgr {

/// The patterns that have a `*`, with `#` in its place.
std::vector<topic_pattern> widened(std::span<const topic_pattern> patterns);

/// Known topics that the patterns do not match but would if each `*` were `#`; at most 20. For a query's thread: reads
/// the store, unless no pattern has a `*`, and throws what it throws.
std::vector<topic_name> hints_for(std::span<const topic_pattern> patterns, event_store& store);

}  // namespace eventmgr
