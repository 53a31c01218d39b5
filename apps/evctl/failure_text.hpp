#pragma once

#include <eventmgr/error.hpp>

#include <string>
#include <vector>

namespace eventmgr::evctl {

/// What went wrong, in lines: the message, then each fault with its place, indented. A fault that is the only one, and
/// that the message tells, has no line of its own; if the message does not name its place, that is put behind it.
std::vector<std::string> lines_of(const failure& why);

}  // namespace eventmgr::evctl
