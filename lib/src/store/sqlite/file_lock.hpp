#pragma once

#include <string>

namespace eventmgr::sqlite {

/// Keeps other processes off a database: an exclusive flock on a file beside it, `<path>.lock`. It goes with the
/// process, however that ends; the file stays and holds the process id of its last owner.
class file_lock {
 public:
  /// Throws `error` with `store_unavailable` if another process has it or the file cannot be made.
  explicit file_lock(const std::string& database_path);
  ~file_lock();
  file_lock(const file_lock&) = delete;
  file_lock& operator=(const file_lock&) = delete;

 private:
  int descriptor_{-1};
};

}  // namespace eventmgr::sqlite
