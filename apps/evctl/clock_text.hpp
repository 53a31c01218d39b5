#pragma once

#include <eventmgr/time.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace eventmgr::evctl {

inline time_point now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// Reads a time (RFC 3339), or a duration back from now ("5m"). nullopt for anything else.
inline std::optional<time_point> parse_moment(std::string_view text) {
  if (const auto at = parse_rfc3339(text)) return at;
  if (const auto ago = parse_duration(text)) return now() - *ago;
  return std::nullopt;
}

}  // namespace eventmgr::evctl
