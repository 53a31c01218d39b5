#include "delivery/webhook/delivery_budget.hpp"

#include <utility>

namespace eventmgr::delivery {

void delivery_budget::give_back(std::size_t count) {
  taken_ -= count;
  if (waiting_.empty() || waking_) return;
  waking_ = true;
  core_.post([self = shared_from_this()] { self->wake(); });
}

void delivery_budget::wake() {
  waking_ = false;
  if (room() == 0) return;
  // Those that find no room after all wait anew, behind the others.
  for (const auto& each : std::exchange(waiting_, {})) {
    if (const auto who = each.lock()) who->room_made();
  }
}

}  // namespace eventmgr::delivery
