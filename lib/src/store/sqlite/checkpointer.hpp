#pragma once

#include "store/sqlite/connection.hpp"
#include "store/sqlite/sqlite_event_store.hpp"
#include "store/sqlite/trouble_board.hpp"
#include "store/sqlite/wal_policy.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

namespace eventmgr::sqlite {

/// The thread that copies the write-ahead log into the database while the writer goes on, as `wal_policy` says, and
/// that tries, while writing is in trouble, whether it works again.
class checkpointer {
 public:
  checkpointer(const sqlite_options& options, trouble_board& troubles);
  ~checkpointer();
  checkpointer(const checkpointer&) = delete;
  checkpointer& operator=(const checkpointer&) = delete;

  /// Ends the thread and closes its connection. The policy still answers.
  void stop();

  /// *Writer.* After a commit that left so many frames in the log.
  wal_advice committed(std::uint32_t frames);

  /// *Writer.* Keeps the thread from copying until `finished`; waits for the pass that it is at, but no longer than
  /// this. SQLite lets one connection copy at a time, and turns the other away.
  void hold(std::chrono::milliseconds at_most);

  /// *Writer.* Has done as advised.
  void finished(wal_advice advice);

  /// *Writer.* Has noted that writing or a checkpoint is in trouble: tries now and then, and clears it when it works.
  /// Where a write failed: with as many bytes, within bounds, for room that is too little for it is no recovery.
  void watch_trouble(std::uint64_t bytes = 0);

 private:
  void run();
  /// One pass. Called and left with the lock held; false if it failed.
  bool copy(std::unique_lock<std::mutex>& lock);
  /// A write of the size that failed. As `copy`.
  bool probe(std::unique_lock<std::mutex>& lock);
  connection& database();

  const sqlite_options options_;
  trouble_board& troubles_;
  const std::chrono::milliseconds pause_;  ///< between attempts while something is wrong

  std::mutex mutex_;
  std::condition_variable changed_;
  wal_policy policy_;
  bool stopping_{false};
  bool copying_{false};  ///< a pass is under way
  bool held_{false};     ///< the writer copies itself
  std::uint64_t probe_bytes_{0};

  std::unique_ptr<connection> connection_;  ///< used by the thread only, opened when first needed
  std::thread thread_;
};

}  // namespace eventmgr::sqlite
