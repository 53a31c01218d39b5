#pragma once

#include "store/sqlite/changes_writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/name_dictionary.hpp"
#include "store/sqlite/schedule_rows.hpp"
#include "store/sqlite/sqlite_event_store.hpp"
#include "store/sqlite/statement.hpp"
#include "store/sqlite/topic_directory.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace eventmgr::sqlite {

/// What the file holds, as read when a session starts.
struct stored_state {
  partition_state log{};
  std::vector<topic_row> topics{};  ///< with their events counted up to the head
  offset counted_through{};         ///< as far as the counts in the file go
  std::int64_t change_number{0};    ///< of the newest commit that did more than append
  std::uint64_t scheduled{0};       ///< events on the schedule
};

/// The writing connection and its statements. It is thrown away as a whole when it fails. Members throw
/// `sqlite_failure`. Not thread-safe.
class writer_session {
 public:
  /// Opens the file, brings the schema up to date and commits a mark. The mark matters: while another connection keeps
  /// the index of the write-ahead log, it is written over what a failed fsync has left there. Where the index is built
  /// anew from the file, that is taken for committed, though it may never reach the disk: what comes behind it could be
  /// lost with it. So the log has to be started afresh then, before anything is acknowledged.
  explicit writer_session(const sqlite_options& options);
  writer_session(const writer_session&) = delete;
  writer_session& operator=(const writer_session&) = delete;

  stored_state load();

  /// After a rollback: keys that it made are gone.
  void forget() noexcept;

  /// Commits something that nobody needs.
  void mark();

  /// Has the connection copy the write-ahead log when it is closed; otherwise it is closed without another write.
  void copy_on_close();

  /// Copies the write-ahead log into the database, as far as readers of older states allow.
  void checkpoint();

  /// Copies and syncs all of it, so that the next commit writes it from its front. False: a reader was in the way, or
  /// another writer, for as long as `patience`, which is the connection's lock timeout from then on.
  bool start_log_afresh(std::chrono::milliseconds patience);

  /// Frames in the write-ahead log after the last commit.
  std::uint32_t wal_frames() const noexcept { return wal_frames_; }

  /// Rows that the last statement changed.
  std::int64_t changes() const noexcept;

  connection database;
  name_interner types;
  name_interner sources;
  statement insert_event;
  statement find_original;  ///< seq, topic by id ?1
  statement add_topic;      ///< key ?1, name ?2
  statement save_count;     ///< of topic ?1: event_count ?2, last_event ?3
  statement save_counted_through;
  statement declare;    ///< key ?1, name ?2, description ?3, declared_at ?4
  statement undeclare;  ///< key ?1
  statement save_change_number;
  statement save_head;  ///< so that a log whose end was cut off is known by it
  changes_writer changes_to_deliveries;
  schedule_writer schedule;

 private:
  static connection open(const sqlite_options& options);

  std::uint32_t wal_frames_{0};
};

}  // namespace eventmgr::sqlite
