#include "store/sqlite/checkpointer.hpp"

#include "store/sqlite/failure.hpp"
#include "store/sqlite/statement.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace eventmgr::sqlite {
namespace {

constexpr std::uint64_t frame_bytes = 4096 + 24;

constexpr std::uint64_t min_probe_bytes = 64ULL << 10U;
constexpr std::uint64_t max_probe_bytes = 4ULL << 20U;

std::uint32_t frames_in(std::uint64_t bytes) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes / frame_bytes, UINT32_MAX / 4));
}

void sync_database(connection& on) {
  sqlite3_file* file = nullptr;
  int outcome = sqlite3_file_control(on.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (outcome == SQLITE_OK) outcome = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
  if (outcome != SQLITE_OK) throw sqlite_failure{outcome, sqlite3_errstr(outcome)};
}

}  // namespace

checkpointer::checkpointer(const sqlite_options& options, trouble_board& troubles)
    : options_{options},
      troubles_{troubles},
      pause_{std::max(options.retry_interval, std::chrono::milliseconds{10})},
      policy_{frames_in(options.checkpoint_bytes), frames_in(options.max_wal_bytes)},
      thread_{[this] { run(); }} {}

checkpointer::~checkpointer() { stop(); }

void checkpointer::stop() {
  {
    const std::scoped_lock lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  connection_.reset();
}

wal_advice checkpointer::committed(std::uint32_t frames) {
  bool wake = false;
  wal_advice advice{};
  {
    const std::scoped_lock lock{mutex_};
    const bool before = policy_.wants_copy();
    advice = policy_.committed(frames);
    wake = !before && policy_.wants_copy();
  }
  if (wake) changed_.notify_all();
  return advice;
}

bool checkpointer::hold(std::chrono::milliseconds at_most) {
  std::unique_lock lock{mutex_};
  held_ = true;
  return changed_.wait_for(lock, at_most, [this] { return !busy_; }) && !damaged_;
}

void checkpointer::finished(wal_advice advice) {
  {
    const std::scoped_lock lock{mutex_};
    policy_.finished(advice);
    held_ = false;
  }
  changed_.notify_all();
}

void checkpointer::watch_trouble(std::uint64_t bytes) {
  {
    const std::scoped_lock lock{mutex_};
    probe_bytes_ = std::clamp(bytes, min_probe_bytes, max_probe_bytes);
  }
  changed_.notify_all();
}

void checkpointer::copy_soon() {
  {
    const std::scoped_lock lock{mutex_};
    extra_pass_ = true;
  }
  changed_.notify_all();
}

void checkpointer::stand_still() {
  std::unique_lock lock{mutex_};
  held_ = true;
  changed_.wait(lock, [this] { return !busy_; });
  connection_.reset();
}

void checkpointer::go_on() {
  {
    const std::scoped_lock lock{mutex_};
    held_ = false;
  }
  changed_.notify_all();
}

void checkpointer::mended() {
  const std::scoped_lock lock{mutex_};
  damaged_ = false;
  extra_pass_ = false;
}

bool checkpointer::has_copy_to_make() const {
  return !damaged_ && (policy_.wants_copy() || extra_pass_ || troubles_.has(activity::checkpoint));
}

void checkpointer::run() {
  const auto has_work = [this] {
    return !held_ && (has_copy_to_make() || troubles_.has(activity::checkpoint) || troubles_.has(activity::writing));
  };
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || has_work(); });
    if (stopping_) return;
    busy_ = true;
    const bool success = work(lock);
    busy_ = false;
    if (held_) changed_.notify_all();
    if (!success) changed_.wait_for(lock, pause_, [this] { return stopping_; });
  }
}

bool checkpointer::work(std::unique_lock<std::mutex>& lock) {
  bool success = true;
  const bool was_damaged = damaged_;
  if (has_copy_to_make()) success = copy(lock);
  lock.unlock();
  if (was_damaged && troubles_.has(activity::checkpoint)) success = probe_sync();
  if (troubles_.has(activity::writing)) success = probe_write() && success;
  lock.lock();
  return success;
}

connection& checkpointer::database() {
  if (!connection_) {
    connection_ = std::make_unique<connection>(options_.path, access::read_write);
    connection_->execute("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -256");
    connection_->set_lock_timeout(options_.query_timeout);
    // The writer is the one to close the log in order.
    sqlite3_db_config(connection_->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  return *connection_;
}

bool checkpointer::copy(std::unique_lock<std::mutex>& lock) {
  extra_pass_ = false;
  lock.unlock();
  int done = 0;
  bool success = true;
  try {
    connection& on = database();
    const int outcome = sqlite3_wal_checkpoint_v2(on.handle(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, &done);
    // Busy: another program is checkpointing.
    if (outcome != SQLITE_OK && outcome != SQLITE_BUSY) throw sqlite_failure{on.handle(), outcome};
    // SQLite itself would leave this to the pass that reaches the end of the log: the writer's.
    sync_database(on);
    troubles_.clear(activity::checkpoint);
  } catch (const sqlite_failure& cause) {
    if (cause.loses_writes()) damaged_ = true;
    troubles_.set(activity::checkpoint, describe(options_.path, cause));
    connection_.reset();
    success = false;
  }
  lock.lock();
  if (success) policy_.copied(static_cast<std::uint32_t>(std::max(done, 0)));
  return success;
}

bool checkpointer::probe_write() {
  try {
    connection& on = database();
    statement fill{on, "INSERT OR REPLACE INTO probe VALUES (1, zeroblob(?1))"};
    fill.bind(1, static_cast<std::int64_t>(probe_bytes_.load()));
    fill.run();
    on.execute("DELETE FROM probe");
    troubles_.clear(activity::writing);
    return true;
  } catch (const sqlite_failure&) {
    // Still so; what the writer reported says why.
    connection_.reset();
    return false;
  }
}

bool checkpointer::probe_sync() {
  try {
    sync_database(database());
    troubles_.clear(activity::checkpoint);
    return true;
  } catch (const sqlite_failure&) {
    connection_.reset();
    return false;
  }
}

}  // namespace eventmgr::sqlite
