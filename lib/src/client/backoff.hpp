#pragma once

#include <algorithm>
#include <chrono>

namespace eventmgr::client {

/// How long to wait before attempt `attempt` (from 1) to come back: `first` doubled with each attempt, at most
/// `longest`, and of that a part between one half and all, chosen by `random` (0 to 1), so that many clients do not
/// come at once.
inline std::chrono::milliseconds reconnect_delay(unsigned attempt, std::chrono::milliseconds first,
                                                 std::chrono::milliseconds longest, double random) noexcept {
  constexpr unsigned last_doubling = 20;
  const auto doublings = std::min(attempt > 0 ? attempt - 1 : 0, last_doubling);
  const auto whole = std::min(std::min(first, longest) * (std::chrono::milliseconds::rep{1} << doublings), longest);
  const auto half = static_cast<double>(whole.count()) / 2;
  return std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(half + half * random)};
}

}  // namespace eventmgr::client
