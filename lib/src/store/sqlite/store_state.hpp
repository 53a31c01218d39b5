#pragma once

#include "ports/event_store.hpp"
#include "store/sqlite/sqlite_event_store.hpp"
#include "store/sqlite/topic_directory.hpp"
#include "store/sqlite/trouble_board.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace eventmgr::sqlite {

/// What the log holds, as far as it was committed and may be seen. Thread-safe.
class log_state {
 public:
  partition_state get() const {
    const std::scoped_lock lock{mutex_};
    return state_;
  }
  void set(const partition_state& state) {
    const std::scoped_lock lock{mutex_};
    state_ = state;
  }

 private:
  mutable std::mutex mutex_;
  partition_state state_{};
};

/// What the writer tells the readers. A commit becomes visible in this order: its topics, then the head, so that every
/// event up to the head has its topic in the directory.
struct store_state {
  topic_directory topics{};
  log_state log{};
  std::atomic<std::uint64_t> scheduled{0};  ///< events on the schedule
  trouble_board troubles{};
};

}  // namespace eventmgr::sqlite
