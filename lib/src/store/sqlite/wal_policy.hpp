#pragma once

#include <cstdint>

namespace eventmgr::sqlite {

/// What the writer should do to the write-ahead log, between two commits.
enum class wal_advice : std::uint8_t {
  none,
  finish,  ///< nearly everything was copied: copy the short rest, so that the next commit starts the log from its front
  force,   ///< the log has grown to its limit: the same, and wait for the other thread as long as it may take
  insist,  ///< it has grown far beyond: wait for readers, too, as long as they may take
};

/// Decides when the write-ahead log is copied into the database. Arithmetic only; sizes are frames, one page each. Not
/// thread-safe.
///
/// A checkpoint cannot end while commits go on: each adds frames behind it, and SQLite starts the log afresh only when
/// all of it was copied. So another thread copies the bulk while the writer goes on, and when little is left the writer
/// copies that between two commits. The file keeps its size and is written over from the front, for a write that
/// extends a file makes its fdatasync dearer.
class wal_policy {
 public:
  /// The copying starts at `start_at` frames; from `force_at` on the writer is held up for it, and from four times
  /// that on for readers.
  wal_policy(std::uint32_t start_at, std::uint32_t force_at) noexcept;

  /// After a commit that left so many frames in the log.
  wal_advice committed(std::uint32_t frames) noexcept;

  /// Whether the other thread is to make a pass.
  bool wants_copy() const noexcept { return phase_ == phase::copying; }

  /// After a pass that has brought the frames copied to `done`.
  void copied(std::uint32_t done) noexcept;

  /// After the writer did as advised, with or without success.
  void finished(wal_advice advice) noexcept;

 private:
  enum class phase : std::uint8_t {
    idle,
    copying,      ///< the other thread is at it
    nearly_done,  ///< the rest is the writer's
  };

  const std::uint32_t start_at_;
  const std::uint32_t force_at_;
  const std::uint32_t insist_at_;
  std::uint32_t next_start_;
  std::uint32_t next_force_;
  std::uint32_t frames_{0};
  std::uint32_t last_rest_{UINT32_MAX};
  phase phase_{phase::idle};
};

}  // namespace eventmgr::sqlite
