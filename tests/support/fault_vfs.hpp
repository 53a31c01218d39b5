#pragma once

#include <cstdint>
#include <filesystem>
#include <random>

namespace eventmgr::testing {

/// Stands between SQLite and the files while it lives: every connection opened meanwhile goes through it. It can make
/// writes and syncs fail, take space away, and tell what a power cut would leave, for it knows what was never synced.
/// One at a time in a process; must outlive the connections. Thread-safe.
class fault_vfs {
 public:
  fault_vfs();
  ~fault_vfs();
  fault_vfs(const fault_vfs&) = delete;
  fault_vfs& operator=(const fault_vfs&) = delete;

  /// The `n`-th write or sync from now (1: the next) fails with an I/O error, as do all after it until `heal`.
  void fail_writes_from(std::uint64_t n);
  void fail_syncs_from(std::uint64_t n);

  /// The next `n` syncs of, or writes to, databases themselves fail, and none of their logs.
  void fail_database_syncs(std::uint64_t n);
  void fail_database_writes(std::uint64_t n);
  /// How many of these have not come yet.
  std::uint64_t database_faults_left() const;

  /// Files can grow by so many bytes more, all together; then writes that extend one fail as on a full disk.
  void limit_growth(std::uint64_t bytes);

  /// Files opened from now on have no shared memory, as on some network file systems.
  void take_shared_memory_away();

  /// Takes every fault back.
  void heal();

  std::uint64_t writes() const;
  std::uint64_t syncs() const;

  /// Whether writes to the file wait for a sync.
  bool has_unsynced(const std::filesystem::path& file) const;

  /// Copies a database and its write-ahead log as a power cut could leave them now: of what was written since the last
  /// sync of its file, each write is lost with the given probability (1: all of it). So is what was written before a
  /// sync that failed: the page cache takes it for clean then, and no later sync brings it to the disk, unless it is
  /// written again.
  void copy_after_power_cut(const std::filesystem::path& database, const std::filesystem::path& to, double lost,
                            std::mt19937& random) const;
};

}  // namespace eventmgr::testing
