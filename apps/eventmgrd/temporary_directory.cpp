#include "temporary_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

namespace eventmgr::daemon {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const char* what) { throw std::system_error{errno, std::generic_category(), what}; }

/// A directory of this user's, and no link to one; -1 otherwise.
int open_own_directory(const std::string& path) noexcept {
  const int opened = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat about {};
  if (opened < 0 || (::fstat(opened, &about) == 0 && about.st_uid == ::geteuid())) return opened;
  ::close(opened);
  return -1;
}

bool is_at(int opened, const std::string& path) noexcept {
  struct stat about {};
  struct stat there {};
  return ::fstat(opened, &about) == 0 && ::lstat(path.c_str(), &there) == 0 && about.st_dev == there.st_dev &&
         about.st_ino == there.st_ino;
}

void remove_unlocked(const std::string& path) noexcept {
  const int opened = open_own_directory(path);
  if (opened < 0) return;
  std::error_code ignored;
  if (::flock(opened, LOCK_EX | LOCK_NB) == 0 && is_at(opened, path)) fs::remove_all(path, ignored);
  ::close(opened);
}

}  // namespace

temporary_directory::temporary_directory(const std::string& prefix) {
  const auto pattern = (fs::temp_directory_path() / (prefix + "XXXXXX")).string();
  for (;;) {
    path_ = pattern;
    if (::mkdtemp(path_.data()) == nullptr) fail("cannot make a temporary directory");
    // Between the two, `remove_abandoned` of another process may take it for abandoned.
    lock_ = open_own_directory(path_);
    if (lock_ < 0 && errno == ENOENT) continue;
    if (lock_ < 0 || ::flock(lock_, LOCK_EX) != 0) fail("cannot lock the temporary directory");
    if (is_at(lock_, path_)) return;
    ::close(lock_);
  }
}

temporary_directory::~temporary_directory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  ::close(lock_);
}

void remove_abandoned(const std::string& prefix) noexcept {
  try {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator{fs::temp_directory_path()}) {
      if (entry.path().filename().string().starts_with(prefix)) found.push_back(entry.path().string());
    }
    for (const auto& path : found) remove_unlocked(path);
  } catch (const std::exception&) {
    // A folder of temporary files that cannot be listed will be reported by whoever wants one in it.
  }
}

}  // namespace eventmgr::daemon
