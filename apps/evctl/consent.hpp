#pragma once

#include "session.hpp"

#include <optional>
#include <string>

namespace eventmgr::evctl {

/// Asks before something is done that cannot be taken back: nothing if it may be done, else what to exit with, said on
/// standard error after `otherwise` ("nothing was deleted"). Without a terminal to ask on, only `yes` will do.
std::optional<exit_code> ask_consent(bool yes, const std::string& question, const std::string& otherwise,
                                     const session& here);

}  // namespace eventmgr::evctl
