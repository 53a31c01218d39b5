#include "core/delivery/circuit_breaker.hpp"

#include <algorithm>

namespace eventmgr {

bool circuit_breaker::allow(time now) noexcept {
  if (!open_) return true;
  if (probing_ || now < open_until_) return false;
  probing_ = true;
  return true;
}

void circuit_breaker::succeeded() noexcept {
  failures_ = 0;
  open_ = false;
  probing_ = false;
  pause_ = first_pause;
}

void circuit_breaker::failed(time now) noexcept {
  if (!open_) {
    if (++failures_ < failures_to_open) return;
    open_ = true;
  } else {
    // Deliveries that were under way when it opened fail after it did: they say nothing new.
    if (!probing_) return;
    probing_ = false;
    pause_ = std::min(pause_ * 2, longest_pause);
  }
  open_until_ = now + pause_;
}

void circuit_breaker::abandoned() noexcept { probing_ = false; }

breaker_state circuit_breaker::state(time now) const noexcept {
  if (!open_) return breaker_state::closed;
  return probing_ || now >= open_until_ ? breaker_state::half_open : breaker_state::open;
}

}  // namespace eventmgr
