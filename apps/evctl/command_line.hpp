#pragma once

#include "command.hpp"

namespace eventmgr::evctl {

/// Reads the command line and does what it says. Answers what the process is to exit with.
int run_command_line(int argc, char** argv);

}  // namespace eventmgr::evctl
