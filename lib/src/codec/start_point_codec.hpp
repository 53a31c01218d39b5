#pragma once

#include <eventmgr/start_point.hpp>
#include <eventmgr/time.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::codec {

/// What a value must be that `read_start_point` refuses.
inline constexpr std::string_view start_point_rule =
    R"(must be "now", "earliest", a time, a duration as "5m", {"seq":number} or {"position":string})";

/// Reads "now", "earliest", an RFC 3339 time, a duration back from `now`, a position's text, `{"seq":n}` or
/// `{"position":p}` from compact, valid JSON. nullopt for anything else.
std::optional<start_point> read_start_point(std::string_view value, time_point now);

/// Appends the JSON that reads back as the same point.
void append_start_point(std::string& out, const start_point& value);

}  // namespace eventmgr::codec
