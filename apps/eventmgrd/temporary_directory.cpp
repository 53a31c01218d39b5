#include "temporary_directory.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace eventmgr::daemon {

temporary_directory::temporary_directory(const std::string& prefix)
    : path_{(std::filesystem::temp_directory_path() / (prefix + "XXXXXX")).string()} {
  if (::mkdtemp(path_.data()) == nullptr) {
    throw std::system_error{errno, std::generic_category(), "cannot make a temporary directory"};
  }
}

temporary_directory::~temporary_directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace eventmgr::daemon
