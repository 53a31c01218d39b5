#pragma once

#include <eventmgr/event_manager.hpp>

#include <optional>
#include <string_view>

namespace eventmgr::transport {

/// Reads a time as clients write it: an RFC 3339 date-time, or a duration back from `now` ("5m").
std::optional<time_point> parse_moment(std::string_view text, time_point now) noexcept;

/// Reads where a tail begins: what `parse_moment` reads, `now`, `earliest`, an offset (digits only), or a position.
std::optional<start_point> parse_start(std::string_view text, time_point now);

}  // namespace eventmgr::transport
