#pragma once

#include "store/sqlite/connection.hpp"
#include "store/sqlite/sqlite_event_store.hpp"
#include "store/sqlite/trouble_board.hpp"
#include "store/sqlite/wal_policy.hpp"

#include <atomic>
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
  /// *Writer.* While it lives the thread has no connection and opens none; its making waits for what the thread is at.
  class standstill {
   public:
    explicit standstill(checkpointer& of) : of_{of} { of_.stand_still(); }
    ~standstill() { of_.go_on(); }
    standstill(const standstill&) = delete;
    standstill& operator=(const standstill&) = delete;

   private:
    checkpointer& of_;
  };

  checkpointer(const sqlite_options& options, trouble_board& troubles);
  ~checkpointer();
  checkpointer(const checkpointer&) = delete;
  checkpointer& operator=(const checkpointer&) = delete;

  /// Ends the thread and closes its connection. The policy still answers.
  void stop();

  /// *Writer.* After a commit that left so many frames in the log.
  wal_advice committed(std::uint32_t frames);

  /// *Writer.* Keeps the thread from the file until `finished`; waits for what it is at, but no longer than this.
  /// SQLite lets one connection copy at a time, and turns the other away. Whether the writer may copy now.
  bool hold(std::chrono::milliseconds at_most);

  /// *Writer.* Has done as advised.
  void finished(wal_advice advice);

  /// *Writer.* Has noted that writing or a checkpoint is in trouble: tries now and then, and clears it when it works.
  /// Where a write failed: with as many bytes, within bounds, for room that is too little for it is no recovery.
  void watch_trouble(std::uint64_t bytes = 0);

  /// *Writer.* Makes a pass soon, however short the log is.
  void copy_soon();

  /// A pass has met an I/O error. Of what earlier passes have copied, nobody knows then what has reached the disk:
  /// nothing is copied until the writer has seen to it that all is copied again.
  bool damaged() const noexcept { return damaged_.load(); }

  /// *Writer.* Its own pass has met one.
  void set_damaged() noexcept { damaged_.store(true); }

  /// *Writer.* All has been copied and synced, and the thread was at a standstill meanwhile.
  void mended();

 private:
  void stand_still();
  void go_on();
  void run();
  bool has_copy_to_make() const;
  /// Whether all that is to be tried worked. Called and left with the lock held, but not held while the file is used.
  bool work(std::unique_lock<std::mutex>& lock);
  /// One pass; false if it failed.
  bool copy(std::unique_lock<std::mutex>& lock);
  /// A write of the size that failed.
  bool probe_write();
  /// A sync of the database, which proves nothing of what was written before: only that there is hope.
  bool probe_sync();
  connection& database();

  const sqlite_options options_;
  trouble_board& troubles_;
  const std::chrono::milliseconds pause_;  ///< between attempts while something is wrong

  std::mutex mutex_;
  std::condition_variable changed_;
  wal_policy policy_;
  bool stopping_{false};
  bool busy_{false};        ///< the thread is at the file
  bool held_{false};        ///< the writer copies itself
  bool extra_pass_{false};  ///< wanted, whatever the policy says
  std::atomic<bool> damaged_{false};
  std::atomic<std::uint64_t> probe_bytes_{0};

  std::unique_ptr<connection> connection_;  ///< used by the thread, opened when it is needed
  std::thread thread_;
};

}  // namespace eventmgr::sqlite
