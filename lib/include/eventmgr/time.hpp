#pragma once

#include <eventmgr/export.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr {

/// A moment in UTC, to the millisecond.
using time_point = std::chrono::sys_time<std::chrono::milliseconds>;

/// Reads an RFC 3339 date-time, years 0001 to 9999. Digits past the millisecond are dropped; a leap second (":60") is
/// read as the second after. nullopt for anything else.
EVENTMGR_API std::optional<time_point> parse_rfc3339(std::string_view text) noexcept;

/// Writes `2026-01-02T03:04:05.678Z`. A moment before year 1 or after 9999 is written as the nearest within.
EVENTMGR_API std::string format_rfc3339(time_point at);

/// Appends what `format_rfc3339` writes.
EVENTMGR_API void append_rfc3339(std::string& out, time_point at);

/// Reads a duration as `500ms`, `5s`, `5m`, `1h` or `7d`: a whole number and one unit. nullopt for anything else, and
/// for more than 36,500 days.
EVENTMGR_API std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

/// Writes the duration in the largest unit that divides it, as `parse_duration` reads it.
EVENTMGR_API std::string format_duration(std::chrono::milliseconds duration);

}  // namespace eventmgr
