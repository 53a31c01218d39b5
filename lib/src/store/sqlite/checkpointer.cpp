#include "store/sqlite/checkpointer.hpp"

#include "store/sqlite/failure.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace eventmgr::sqlite {
namespace {

constexpr std::uint64_t frame_bytes = 4096 + 24;

std::uint32_t frames_in(std::uint64_t bytes) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes / frame_bytes, UINT32_MAX / 4));
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

void checkpointer::finished() {
  const std::scoped_lock lock{mutex_};
  policy_.finished();
}

void checkpointer::watch_trouble() { changed_.notify_all(); }

void checkpointer::run() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    const bool in_trouble = troubles_.has(activity::writing);
    if (in_trouble) {
      changed_.wait_for(lock, pause_, [this] { return stopping_; });
      if (!stopping_) probe(lock);
    }
    if (!stopping_ && policy_.wants_copy()) {
      if (!copy(lock)) changed_.wait_for(lock, pause_, [this] { return stopping_; });
    } else if (!stopping_ && !in_trouble) {
      changed_.wait(lock, [this] { return stopping_ || policy_.wants_copy() || troubles_.has(activity::writing); });
    }
  }
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
  lock.unlock();
  int done = 0;
  bool success = true;
  try {
    connection& on = database();
    const int outcome = sqlite3_wal_checkpoint_v2(on.handle(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, &done);
    // Busy: the writer is checkpointing itself.
    if (outcome != SQLITE_OK && outcome != SQLITE_BUSY) throw sqlite_failure{on.handle(), outcome};
    troubles_.clear(activity::checkpoint);
  } catch (const sqlite_failure& cause) {
    troubles_.set(activity::checkpoint, describe(options_.path, cause));
    connection_.reset();
    success = false;
  }
  lock.lock();
  if (success) policy_.copied(static_cast<std::uint32_t>(std::max(done, 0)));
  return success;
}

void checkpointer::probe(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  try {
    connection& on = database();
    transaction attempt{on, transaction::kind::write};
    on.execute("UPDATE meta SET value = value + 1 WHERE name = 'openings'");
    attempt.commit();
    troubles_.clear(activity::writing);
  } catch (const sqlite_failure&) {
    // Still so; what the writer reported says why.
    connection_.reset();
  }
  lock.lock();
}

}  // namespace eventmgr::sqlite
