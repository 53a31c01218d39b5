#pragma once

#include <eventmgr/error.hpp>
#include <eventmgr/time.hpp>

#include <chrono>
#include <string>

namespace eventmgr::evctl {

inline time_point now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// Reads a time (RFC 3339), or a duration back from now ("5m"). Fails with `invalid_request`, naming the option.
inline result<time_point> read_moment(const std::string& option, const std::string& text) {
  if (const auto at = parse_rfc3339(text)) return *at;
  if (const auto ago = parse_duration(text)) return now() - *ago;
  return failure{errc::invalid_request,
                 option + " must be a time such as 2026-01-02T03:04:05Z or a duration such as 5m"};
}

}  // namespace eventmgr::evctl
