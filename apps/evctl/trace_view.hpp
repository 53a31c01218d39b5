#pragma once

#include "printer.hpp"

#include <string>
#include <string_view>

namespace eventmgr::evctl {

/// Shows a trace as a tree, for people: each event with the time since the first, its deliveries below it. The lines
/// are cut to the terminal's width.
void show_trace_tree(std::string_view trace, printer& out);

/// What an entry of the timeline tells, in words: "billing: attempt 2 (requeue): HTTP 500". `entry` is the JSON object
/// of the API.
std::string entry_words(std::string_view entry);

/// Shows a trace as one list of all that happened, by time.
void show_trace_timeline(std::string_view trace, printer& out);

}  // namespace eventmgr::evctl
