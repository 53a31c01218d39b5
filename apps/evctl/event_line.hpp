#pragma once

#include "printer.hpp"

#include <string>
#include <string_view>

namespace eventmgr::evctl {

/// The columns of a list of events.
std::vector<column> event_columns();

/// One event as a line that fits the terminal: time, offset, priority, topic, source and as much of the payload as
/// there is room for.
std::string event_line(std::string_view json, const printer& out);

}  // namespace eventmgr::evctl
