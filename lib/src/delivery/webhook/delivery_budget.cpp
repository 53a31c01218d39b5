#include "delivery/webhook/delivery_budget.hpp"

#include <utility>

namespace eventmgr::delivery {

std::size_t delivery_budget::room(std::size_t held) const noexcept {
  const std::size_t free = taken_ < most_ ? most_ - taken_ : 0;
  return free > held ? (free - held + 1) / 2 : 0;
}

void delivery_budget::give_back(std::size_t count) {
  taken_ -= count;
  if (waiting_.empty() || waking_) return;
  waking_ = true;
  core_.post([self = shared_from_this()] { self->wake(); });
}

void delivery_budget::wake() {
  waking_ = false;
  if (taken_ >= most_) return;
  // Those that find no room after all wait anew, behind the others.
  for (const auto& each : std::exchange(waiting_, {})) {
    if (const auto who = each.lock()) who->room_made();
  }
}

}  // namespace eventmgr::delivery
