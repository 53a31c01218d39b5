#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::config {

/// `true` or `false`, in lower case.
std::optional<bool> parse_boolean(std::string_view text) noexcept;

/// Decimal digits, no sign, no leading zero, at most 2^64-1.
std::optional<std::uint64_t> parse_whole_number(std::string_view text) noexcept;

/// Bytes: a whole number, alone or followed by `KiB`, `MiB` or `GiB`, as `64MiB`.
std::optional<std::uint64_t> parse_size(std::string_view text) noexcept;

/// A whole number of milliseconds, or a duration with its unit, as `5s`.
std::optional<std::chrono::milliseconds> parse_milliseconds(std::string_view text) noexcept;

/// In the largest unit that divides it, as `parse_size` reads it.
std::string format_size(std::uint64_t bytes);

}  // namespace eventmgr::config
