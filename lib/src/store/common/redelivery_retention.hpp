#pragma once

#include "ports/delivery_records.hpp"

#include <cstdint>

namespace eventmgr {

/// So many requeue plans and so many replays that are over are kept, the newest.
inline constexpr std::uint32_t kept_redeliveries = 1000;

/// Whether nothing will come of it any more: one that has stopped may still be resumed.
constexpr bool is_over(redelivery_state state) noexcept {
  return state == redelivery_state::completed || state == redelivery_state::cancelled ||
         state == redelivery_state::failed;
}

}  // namespace eventmgr
