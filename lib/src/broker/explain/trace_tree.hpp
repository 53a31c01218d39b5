#pragma once

#include <eventmgr/event.hpp>
#include <eventmgr/trace.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace eventmgr {

/// Puts events into the order of a trace: causes before what they caused, those of one cause by time. Of an event that
/// is given twice the first counts. Causes that lead round in a circle end where they meet.
std::vector<traced_event> arrange_trace(event_id self, std::span<const event> records);

/// Indices of the events, those nearest to the one asked for first: itself, its causes, its effects, the others.
std::vector<std::size_t> nearest_first(std::span<const traced_event> events);

/// All that happened, by time; at most `most`, the earliest.
std::vector<trace_entry> timeline_of(std::span<const traced_event> events, std::size_t most);

}  // namespace eventmgr
