#include "support/fault_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace eventmgr::testing {
namespace {

/// What a write replaced.
struct unsynced_write {
  sqlite3_int64 at{};
  sqlite3_int64 size{};        ///< of what was written; 0 for a truncation
  std::vector<char> before{};  ///< shorter than what was written where the file ended
  sqlite3_int64 size_before{};
  bool given_up{false};  ///< a sync has failed since: only what is written over it can be synced
};

using unsynced_writes = std::vector<unsynced_write>;

/// What is left of a write that was given up, where a later one has come over it and was synced.
void cut_out(const unsynced_write& later, const unsynced_write& lost, unsynced_writes& left) {
  const sqlite3_int64 lost_end = lost.at + lost.size;
  const sqlite3_int64 later_end = later.at + later.size;
  const auto keep = [&](sqlite3_int64 from, sqlite3_int64 to) {
    if (from >= to) return;
    const auto first = lost.before.begin() + (from - lost.at);
    left.push_back({from, to - from, {first, first + (to - from)}, -1, true});
  };
  keep(lost.at, std::min(lost_end, later.at));
  keep(std::max(lost.at, later_end), lost_end);
}

/// A sync that succeeds. The length of the file is on the disk then, whatever became of earlier bytes.
void settle(unsynced_writes& writes) {
  unsynced_writes lost;
  for (unsynced_write& written : writes) {
    if (written.given_up) {
      written.before.resize(static_cast<std::size_t>(written.size), '\0');
      written.size_before = -1;
      lost.push_back(std::move(written));
      continue;
    }
    unsynced_writes left;
    for (const unsynced_write& each : lost) cut_out(written, each, left);
    lost = std::move(left);
  }
  writes = std::move(lost);
}

/// All the state of the shim; SQLite's interface leaves no room for it elsewhere.
struct shim_state {
  std::mutex mutex{};
  sqlite3_vfs* real{nullptr};
  std::uint64_t writes{0};
  std::uint64_t syncs{0};
  std::uint64_t fail_writes_from{UINT64_MAX};
  std::uint64_t fail_syncs_from{UINT64_MAX};
  std::uint64_t database_syncs_to_fail{0};
  std::uint64_t database_writes_to_fail{0};
  std::uint64_t growth_left{UINT64_MAX};
  bool shares_memory{true};
  std::map<std::string, unsynced_writes> unsynced{};  ///< by path, oldest first
};

shim_state* state = nullptr;

struct shim_file {
  sqlite3_file base;
  const char* path;
  bool is_database;
  sqlite3_file* real;
};

shim_file& shim(sqlite3_file* file) { return *reinterpret_cast<shim_file*>(file); }
sqlite3_file* real(sqlite3_file* file) { return shim(file).real; }
const sqlite3_io_methods& methods(sqlite3_file* file) { return *real(file)->pMethods; }

int close(sqlite3_file* file) { return methods(file).xClose(real(file)); }

int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  return methods(file).xRead(real(file), to, size, at);
}

std::vector<char> read_before(sqlite3_file* file, sqlite3_int64 at, sqlite3_int64 size, sqlite3_int64 file_size) {
  std::vector<char> bytes(static_cast<std::size_t>(std::clamp<sqlite3_int64>(file_size - at, 0, size)));
  if (!bytes.empty()) methods(file).xRead(real(file), bytes.data(), static_cast<int>(bytes.size()), at);
  return bytes;
}

int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  const std::scoped_lock lock{state->mutex};
  if (++state->writes >= state->fail_writes_from) return SQLITE_IOERR_WRITE;
  if (shim(file).is_database && state->database_writes_to_fail > 0) {
    --state->database_writes_to_fail;
    return SQLITE_IOERR_WRITE;
  }
  sqlite3_int64 before = 0;
  methods(file).xFileSize(real(file), &before);
  const auto growth = static_cast<std::uint64_t>(std::max<sqlite3_int64>(at + size - before, 0));
  if (growth > state->growth_left) return SQLITE_FULL;
  if (state->growth_left != UINT64_MAX) state->growth_left -= growth;
  if (shim(file).path != nullptr) {
    state->unsynced[shim(file).path].push_back({at, size, read_before(file, at, size, before), before});
  }
  return methods(file).xWrite(real(file), from, size, at);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  const std::scoped_lock lock{state->mutex};
  sqlite3_int64 before = 0;
  methods(file).xFileSize(real(file), &before);
  if (shim(file).path != nullptr && size < before) {
    state->unsynced[shim(file).path].push_back({size, 0, read_before(file, size, before - size, before), before});
  }
  return methods(file).xTruncate(real(file), size);
}

int sync(sqlite3_file* file, int /*flags*/) {
  const std::scoped_lock lock{state->mutex};
  bool fails = ++state->syncs >= state->fail_syncs_from;
  if (shim(file).is_database && state->database_syncs_to_fail > 0) {
    --state->database_syncs_to_fail;
    fails = true;
  }
  // No real power cut is to be survived, so the disk is spared.
  if (shim(file).path != nullptr) {
    unsynced_writes& writes = state->unsynced[shim(file).path];
    if (fails) {
      for (unsynced_write& each : writes) each.given_up = each.given_up || each.size > 0;
    } else {
      settle(writes);
    }
  }
  return fails ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) { return methods(file).xFileSize(real(file), size); }
int lock_file(sqlite3_file* file, int level) { return methods(file).xLock(real(file), level); }
int unlock_file(sqlite3_file* file, int level) { return methods(file).xUnlock(real(file), level); }
int check_lock(sqlite3_file* file, int* out) { return methods(file).xCheckReservedLock(real(file), out); }
int control(sqlite3_file* file, int what, void* argument) {
  return methods(file).xFileControl(real(file), what, argument);
}
int sector_size(sqlite3_file* file) { return methods(file).xSectorSize(real(file)); }
int characteristics(sqlite3_file* file) { return methods(file).xDeviceCharacteristics(real(file)); }
int map_shm(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return methods(file).xShmMap(real(file), page, size, extend, out);
}
int lock_shm(sqlite3_file* file, int at, int count, int flags) {
  return methods(file).xShmLock(real(file), at, count, flags);
}
void barrier(sqlite3_file* file) { methods(file).xShmBarrier(real(file)); }
int unmap_shm(sqlite3_file* file, int remove) { return methods(file).xShmUnmap(real(file), remove); }

// Version 2: without memory-mapped files, whose writes could not be seen here.
constexpr sqlite3_io_methods shim_methods{
    2,           close,      read,    write,       truncate,        sync,    file_size, lock_file,
    unlock_file, check_lock, control, sector_size, characteristics, map_shm, lock_shm,  barrier,
    unmap_shm,   nullptr,    nullptr};

constexpr sqlite3_io_methods without_memory() {
  sqlite3_io_methods less = shim_methods;
  less.iVersion = 1;
  return less;
}
constexpr sqlite3_io_methods unshared_methods = without_memory();

int open(sqlite3_vfs* /*vfs*/, const char* path, sqlite3_file* file, int flags, int* flags_out) {
  shim_file& made = shim(file);
  made.base.pMethods = nullptr;
  made.path = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0 ? path : nullptr;
  made.is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  made.real = reinterpret_cast<sqlite3_file*>(&made + 1);
  const int outcome = state->real->xOpen(state->real, path, made.real, flags, flags_out);
  const std::scoped_lock lock{state->mutex};
  if (made.real->pMethods != nullptr) made.base.pMethods = state->shares_memory ? &shim_methods : &unshared_methods;
  return outcome;
}

sqlite3_vfs shim_vfs{};

void undo(const std::filesystem::path& copy, const unsynced_write& written) {
  std::fstream file{copy, std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(written.at);
  file.write(written.before.data(), static_cast<std::streamsize>(written.before.size()));
  file.close();
  if (written.size_before >= 0) std::filesystem::resize_file(copy, static_cast<std::uintmax_t>(written.size_before));
}

void copy_file_after_power_cut(const std::filesystem::path& from, const std::filesystem::path& to, double lost,
                               std::mt19937& random) {
  if (!std::filesystem::exists(from)) return;
  std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
  const auto unsynced = state->unsynced.find(from.string());
  if (unsynced == state->unsynced.end()) return;
  std::bernoulli_distribution is_lost{lost};
  for (auto written = unsynced->second.rbegin(); written != unsynced->second.rend(); ++written) {
    if (is_lost(random)) undo(to, *written);
  }
}

}  // namespace

fault_vfs::fault_vfs() {
  state = new shim_state;
  state->real = sqlite3_vfs_find(nullptr);
  shim_vfs = *state->real;
  shim_vfs.zName = "fault";
  shim_vfs.pNext = nullptr;
  shim_vfs.szOsFile = static_cast<int>(sizeof(shim_file)) + state->real->szOsFile;
  shim_vfs.xOpen = open;
  sqlite3_vfs_register(&shim_vfs, 1);
}

fault_vfs::~fault_vfs() {
  sqlite3_vfs_unregister(&shim_vfs);
  sqlite3_vfs_register(state->real, 1);
  delete state;
  state = nullptr;
}

void fault_vfs::fail_writes_from(std::uint64_t n) {
  const std::scoped_lock lock{state->mutex};
  state->fail_writes_from = state->writes + n;
}

void fault_vfs::fail_syncs_from(std::uint64_t n) {
  const std::scoped_lock lock{state->mutex};
  state->fail_syncs_from = state->syncs + n;
}

void fault_vfs::fail_database_syncs(std::uint64_t n) {
  const std::scoped_lock lock{state->mutex};
  state->database_syncs_to_fail = n;
}

void fault_vfs::fail_database_writes(std::uint64_t n) {
  const std::scoped_lock lock{state->mutex};
  state->database_writes_to_fail = n;
}

std::uint64_t fault_vfs::database_faults_left() const {
  const std::scoped_lock lock{state->mutex};
  return state->database_syncs_to_fail + state->database_writes_to_fail;
}

void fault_vfs::take_shared_memory_away() {
  const std::scoped_lock lock{state->mutex};
  state->shares_memory = false;
}

bool fault_vfs::has_unsynced(const std::filesystem::path& file) const {
  const std::scoped_lock lock{state->mutex};
  const auto found = state->unsynced.find(file.string());
  return found != state->unsynced.end() && !found->second.empty();
}

void fault_vfs::limit_growth(std::uint64_t bytes) {
  const std::scoped_lock lock{state->mutex};
  state->growth_left = bytes;
}

void fault_vfs::heal() {
  const std::scoped_lock lock{state->mutex};
  state->fail_writes_from = UINT64_MAX;
  state->fail_syncs_from = UINT64_MAX;
  state->database_syncs_to_fail = 0;
  state->database_writes_to_fail = 0;
  state->shares_memory = true;
  state->growth_left = UINT64_MAX;
}

std::uint64_t fault_vfs::writes() const {
  const std::scoped_lock lock{state->mutex};
  return state->writes;
}

std::uint64_t fault_vfs::syncs() const {
  const std::scoped_lock lock{state->mutex};
  return state->syncs;
}

void fault_vfs::copy_after_power_cut(const std::filesystem::path& database, const std::filesystem::path& to,
                                     double lost, std::mt19937& random) const {
  const std::scoped_lock lock{state->mutex};
  copy_file_after_power_cut(database, to, lost, random);
  copy_file_after_power_cut(database.string() + "-wal", to.string() + "-wal", lost, random);
}

}  // namespace eventmgr::testing
