#pragma once

#include <string>

namespace eventmgr::daemon {

/// A new directory, readable by this user only, that is removed with all it holds. A process that is killed leaves it
/// to the system's cleaning of temporary files.
class temporary_directory {
 public:
  /// Below `$TMPDIR`, else `/tmp`. Throws `std::system_error`.
  explicit temporary_directory(const std::string& prefix);

  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  ~temporary_directory();

  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace eventmgr::daemon
