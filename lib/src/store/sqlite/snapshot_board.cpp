#include "store/sqlite/snapshot_board.hpp"

namespace eventmgr::sqlite {

void snapshot_board::remove(endable& snapshot) noexcept {
  const std::scoped_lock lock{mutex_};
  std::erase(alive_, &snapshot);
}

std::unique_lock<std::mutex> snapshot_board::end_all() {
  std::unique_lock lock{mutex_};
  for (endable* const each : alive_) each->end();
  return lock;
}

}  // namespace eventmgr::sqlite
