#pragma once

#include "assembly/daemon.hpp"
#include "options.hpp"

#include <functional>
#include <string>

namespace eventmgr::daemon {

/// An option's level as the library has it.
assembly::log_level level_of(log_level level);

/// Lines on standard error, with time and level; under systemd with the priority that the journal understands instead
/// of the time, which it adds itself. Thread-safe.
std::function<void(assembly::log_level, const std::string&)> make_log(assembly::log_level least);

}  // namespace eventmgr::daemon
