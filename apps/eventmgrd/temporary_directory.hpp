#pragma once

#include <string>

namespace eventmgr::daemon {

/// A new directory, readable by this user only, that is removed with all it holds. It is locked (flock(2)) while it is
/// in use, so that what a killed process left can be told from what another one uses.
class temporary_directory {
 public:
  /// Below `$TMPDIR`, else `/tmp`. Throws `std::system_error`.
  explicit temporary_directory(const std::string& prefix);

  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  ~temporary_directory();

  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_{};
  int lock_{-1};
};

/// Removes the directories of that prefix that belong to this user and that no process uses any more. What cannot be
/// removed stays.
void remove_abandoned(const std::string& prefix) noexcept;

}  // namespace eventmgr::daemon
