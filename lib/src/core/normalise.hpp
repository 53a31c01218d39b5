#pragma once

#include <eventmgr/event.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace eventmgr {

/// What an event must keep to, beyond the rules of the model.
struct event_limits {
  std::uint64_t max_event_bytes{1ULL << 20U};  ///< payload and metadata as stored
  std::uint32_t max_depth{64};                 ///< of nested JSON in the event, its root counted
};

/// Checks an input and fills in its defaults. `payload` and `metadata` must be compact, valid JSON objects, and
/// `expires_at` what the metadata says (`codec` sees to both). Appends every fault to `problems`, with pointers from
/// the event's root; null if there is any fault there, also one that the caller put there before. An `id` is made, in
/// UUIDv7 order within this thread, if none was given. A `deliver_at` that has come is left out: such an event is
/// published at once.
std::shared_ptr<event> normalise(event_in&& input, std::optional<time_point> expires_at, time_point now,
                                 std::vector<problem>& problems);

}  // namespace eventmgr
