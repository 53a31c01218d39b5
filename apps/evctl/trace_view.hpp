#pragma once

#include "printer.hpp"

#include <string_view>

namespace eventmgr::evctl {

/// Shows a trace as a tree, for people: each event with the time since the first, its deliveries below it. The lines
/// are cut to the terminal's width.
void show_trace_tree(std::string_view trace, printer& out);

/// The same as one list of all that happened, by time.
void show_trace_timeline(std::string_view trace, printer& out);

}  // namespace eventmgr::evctl
