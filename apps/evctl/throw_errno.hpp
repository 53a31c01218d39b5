#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace eventmgr::evctl {

/// What the last system call that failed says, after what could not be done for it.
[[noreturn]] inline void throw_errno(const std::string& what) {
  throw std::system_error{errno, std::generic_category(), what};
}

}  // namespace eventmgr::evctl
