#pragma once

#include "ports/event_store.hpp"
#include "ports/store_snapshot.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace eventmgr {

/// How the embedded store works. Sizes are bytes.
struct sqlite_options {
  std::string path{};                             ///< the database file; made if missing, its folder must be there
  std::chrono::milliseconds query_timeout{5000};  ///< the longest that a read may take, and a write may wait for a lock
  std::uint32_t readers{4};                       ///< connections for reading, opened when first needed; at least 1
  std::uint64_t checkpoint_bytes{32ULL << 20U};   ///< of write-ahead log at which it is copied into the database
  std::uint64_t max_wal_bytes{128ULL << 20U};     ///< at which the writer stops for the copy; at 4 times that for reads
  std::chrono::milliseconds retry_interval{200};  ///< between attempts to get a lost store back
};

/// Opens or creates the embedded store, takes its lock and brings its schema up to date. One partition.
///
/// Throws `error` with `store_unavailable`, its message naming the file, where the file is in use by another process,
/// is damaged, is no database of this program, cannot be written, or needs a newer release.
std::unique_ptr<event_store> make_sqlite_event_store(const sqlite_options& options);

/// What a store that no process has open holds. Keeps others off it, and changes nothing in it, while it lives.
///
/// Throws `error` with `store_unavailable` as above, and where there is no such file, or one of an older release that
/// has yet to be brought up to date.
std::unique_ptr<store_snapshot> open_sqlite_snapshot(const std::string& path);

}  // namespace eventmgr
