#pragma once

#include <eventmgr/time.hpp>

#include <optional>
#include <string_view>

namespace eventmgr::delivery {

/// Reads an HTTP-date (RFC 9110, 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT", and the two obsolete forms
/// "Sunday, 06-Nov-94 08:49:37 GMT" and "Sun Nov  6 08:49:37 1994". Two digits of a year mean the one that lies at
/// most 50 years after `now`. The day of the week is not compared.
std::optional<time_point> parse_http_date(std::string_view text, time_point now) noexcept;

}  // namespace eventmgr::delivery
