#pragma once

#include <eventmgr/id.hpp>
#include <eventmgr/position.hpp>
#include <eventmgr/time.hpp>

#include <variant>

namespace eventmgr {

/// After everything that is stored by then.
struct start_now {
  friend bool operator==(const start_now&, const start_now&) = default;
};
/// With the oldest event that is kept.
struct start_earliest {
  friend bool operator==(const start_earliest&, const start_earliest&) = default;
};

/// Where a subscription begins. A time and an offset are inclusive, a position is exclusive; an offset names a place
/// only where there is one partition.
using start_point = std::variant<start_now, time_point, offset, position, start_earliest>;

}  // namespace eventmgr
