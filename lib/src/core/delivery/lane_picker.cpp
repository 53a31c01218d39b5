#include "core/delivery/lane_picker.hpp"

#include <algorithm>

namespace eventmgr {

std::optional<priority> lane_picker::pick(const std::array<bool, 4>& waiting, std::size_t known) noexcept {
  const auto most_urgent = std::ranges::find(waiting, true);
  if (most_urgent == waiting.end()) return std::nullopt;

  auto picked = static_cast<std::size_t>(most_urgent - waiting.begin());
  for (std::size_t lane = picked + 1; lane < waiting.size(); ++lane) {
    if (waiting[lane] && passed_over_[lane] >= fairness) picked = lane;
  }
  for (std::size_t lane = 0; lane < std::min(known, waiting.size()); ++lane) {
    passed_over_[lane] = waiting[lane] && lane != picked ? passed_over_[lane] + 1 : 0;
  }
  return static_cast<priority>(picked);
}

}  // namespace eventmgr
