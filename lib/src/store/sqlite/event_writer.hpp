#pragma once

#include "ports/event_store.hpp"
#include "store/sqlite/checkpointer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/failure.hpp"
#include "store/sqlite/pending_group.hpp"
#include "store/sqlite/reader_pool.hpp"
#include "store/sqlite/snapshot_board.hpp"
#include "store/sqlite/store_state.hpp"
#include "store/sqlite/writer_session.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace eventmgr::sqlite {

/// Everything that changes the store; used by one thread at a time. Members throw `error` with `store_unavailable`, and
/// then nothing was changed.
///
/// After a failure that leaves the connection in doubt (an I/O error, a failed fsync) the session is abandoned and a
/// new one opened, at the latest by the next call; but where the last one opened has committed nothing, only once
/// `retry_interval` is over. If it was the COMMIT that failed, the new session tells whether it had happened.
///
/// Where a failed checkpoint leaves in doubt what has reached the disk, every connection is closed, so that SQLite
/// builds its index of the write-ahead log anew, and all of the log is copied again before the next commit.
class event_writer {
 public:
  /// Opens the store. The arguments after the options must outlive the writer.
  event_writer(const sqlite_options& options, store_state& state, checkpointer& copier, reader_pool& readers,
               snapshot_board& snapshots);
  /// Saves the counts of topics, if it can.
  ~event_writer();
  event_writer(const event_writer&) = delete;
  event_writer& operator=(const event_writer&) = delete;

  void commit(commit_batch& batch);
  result<bool> declare_topic(const topic_declaration& declaration, declare_mode mode, time_point now);
  result<void> undeclare_topic(const topic_name& topic);

 private:
  using work = std::function<void(writer_session&)>;
  using check = std::function<bool()>;

  /// Runs `change` in a transaction. True: it is committed and what it did is still to be published. False: its commit
  /// failed, but `happened` says, of the store as read again, that it is there.
  bool transact(const work& change, const check& happened);

  writer_session& session();
  void reopen();
  /// A change has failed, and was rolled back.
  [[noreturn]] void fail(const sqlite_failure& cause);
  void note_trouble(const sqlite_failure& cause);
  void note_failed_checkpoint(const sqlite_failure& cause);
  void drop_session() noexcept;
  /// Whether commits may be acknowledged as things are.
  bool is_sound() const noexcept { return !unsettled_ && !checkpointer_.damaged(); }
  /// Makes it so: copies and syncs all of the log, which begins afresh with the next commit.
  void recover();
  /// Closes every connection, so that nothing counts as copied, and opens the session anew.
  void reopen_everything(bool readers_are_quiet);
  /// Between two commits, does what the checkpointer leaves to the writer.
  void tend_wal();

  static void save_head(writer_session& to, offset head);
  void save_counts(writer_session& to);
  void publish(const pending_group& group);

  const sqlite_options options_;
  store_state& state_;
  checkpointer& checkpointer_;
  reader_pool& readers_;
  snapshot_board& snapshots_;
  std::unique_ptr<writer_session> session_;
  /// A session that failed, kept open until another one works. SQLite's index of the write-ahead log lives as long as
  /// any connection, and without it what a failed fsync has left in the log would be taken for committed.
  std::unique_ptr<writer_session> failed_session_;
  offset counted_through_{};
  wal_advice advice_{wal_advice::none};
  /// The index of the log was built from the file, which may hold what the disk does not.
  bool unsettled_{false};
  bool counts_saved_{false};                  ///< by the commit under way
  std::int64_t change_number_{0};             ///< of the newest commit that did more than append
  std::uint64_t group_bytes_{0};              ///< of the group being committed or last tried
  connection::clock::time_point retry_at_{};  ///< no attempt to reopen before
  std::string last_failure_;
};

}  // namespace eventmgr::sqlite
