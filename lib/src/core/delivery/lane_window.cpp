#include "core/delivery/lane_window.hpp"

#include <algorithm>
#include <cassert>

namespace eventmgr {

void lane_window::take(offset seq, delivery_outcome known) {
  assert(seq > scan_);
  slots_.push_back({seq, known});
  scan_ = seq;
  if (known == delivery_outcome::outstanding) ++outstanding_;
}

void lane_window::scanned(offset through) noexcept { scan_ = std::max(scan_, through); }

bool lane_window::settle(offset seq, delivery_outcome outcome) noexcept {
  assert(outcome != delivery_outcome::outstanding);
  const auto found = std::ranges::lower_bound(slots_, seq, {}, &slot::seq);
  if (found == slots_.end() || found->seq != seq) return false;
  if (found->outcome == delivery_outcome::outstanding) {
    --outstanding_;
  } else if (found->outcome != delivery_outcome::exception) {
    return true;  // what was settled first stays: a later word is a repeat
  }
  found->outcome = outcome;
  return true;
}

std::optional<delivery_outcome> lane_window::find(offset seq) const noexcept {
  const auto found = std::ranges::lower_bound(slots_, seq, {}, &slot::seq);
  if (found == slots_.end() || found->seq != seq) return std::nullopt;
  return found->outcome;
}

std::vector<offset> lane_window::outstanding_places() const {
  std::vector<offset> places;
  for (const slot& each : slots_) {
    if (each.outcome == delivery_outcome::outstanding) places.push_back(each.seq);
  }
  return places;
}

void lane_window::advance(const std::function<void(offset seq, delivery_outcome outcome)>& passed) {
  while (!slots_.empty() && slots_.front().outcome != delivery_outcome::outstanding) {
    const slot settled = slots_.front();
    slots_.pop_front();
    floor_ = settled.seq;
    passed(settled.seq, settled.outcome);
  }
  floor_ = slots_.empty() ? scan_ : offset{slots_.front().seq.value - 1};
}

}  // namespace eventmgr
