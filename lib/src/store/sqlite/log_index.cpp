#include "store/sqlite/log_index.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

namespace eventmgr::sqlite {
namespace {

/// The byte on which every process that has the index open holds a shared lock: SQLite's "dead man switch".
constexpr off_t dead_man_switch = 128;

}  // namespace

bool index_is_open_elsewhere(const std::string& database_path) {
  std::error_code ignored;
  const auto real = std::filesystem::weakly_canonical(database_path, ignored);
  const std::string path = (ignored ? database_path : real.string()) + "-shm";
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = dead_man_switch;
  lock.l_len = 1;
  const bool found = ::fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(descriptor);
  return found;
}

}  // namespace eventmgr::sqlite
