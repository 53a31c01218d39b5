#pragma once

#include <eventmgr/time.hpp>

namespace eventmgr {

// What RFC 3339 can write: the years 0001 to 9999.
inline constexpr time_point first_moment = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
inline constexpr time_point last_moment =
    std::chrono::sys_days{std::chrono::year{9999} / 12 / 31} + std::chrono::milliseconds{86'399'999};

}  // namespace eventmgr
