#include "delivery/websocket/reconnect_schedule.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr::delivery {

void reconnect_schedule::opened(clock::time_point now) noexcept {
  open_ = true;
  opened_at_ = now;
}

std::chrono::milliseconds reconnect_schedule::ended(clock::time_point now, double random) noexcept {
  constexpr std::uint32_t last_doubling = 20;
  if (std::exchange(open_, false) && now - opened_at_ >= limits_.steady_after) failures_ = 0;
  const auto factor = std::chrono::milliseconds::rep{1} << std::min(failures_, last_doubling);
  ++failures_;
  const auto whole = std::min(std::min(limits_.first, limits_.longest) * factor, limits_.longest);
  const double half = static_cast<double>(whole.count()) / 2;
  return std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(half + half * random)};
}

}  // namespace eventmgr::delivery
