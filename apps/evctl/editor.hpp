#pragma once

#include <eventmgr/error.hpp>

#include <string>

namespace eventmgr::evctl {

/// Opens a text in $VISUAL, $EDITOR or vi, and answers what it has become. The file, which only this user can read, is
/// removed after. Fails with `invalid_request` if the editor cannot be run or ends with a failure. Throws
/// std::system_error if there can be no such file.
result<std::string> edit_text(const std::string& text, const std::string& suffix);

}  // namespace eventmgr::evctl
