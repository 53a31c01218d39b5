#include "store/sqlite/reader_pool.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace eventmgr::sqlite {

reader_pool::reader_pool(std::string path, std::uint32_t size, std::chrono::milliseconds timeout,
                         const topic_directory& topics, trouble_board& troubles)
    : path_{std::move(path)},
      size_{std::max<std::uint32_t>(size, 1)},
      timeout_{timeout},
      topics_{topics},
      troubles_{troubles} {
  idle_.reserve(size_);
}

reader_pool::lease::lease(reader_pool& pool, connection::clock::time_point deadline)
    : pool_{pool}, reader_{pool.acquire(deadline)} {}

reader_pool::lease::~lease() { pool_.give_back(std::move(reader_)); }

std::unique_ptr<reader> reader_pool::acquire(connection::clock::time_point deadline) {
  const auto patience = std::min(deadline, connection::clock::now() + timeout_);
  std::unique_ptr<reader> found;
  {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_until(lock, patience, [this] { return lent_ < size_ && !paused_; })) {
      throw error{{errc::store_unavailable, "too many queries at once on " + path_}};
    }
    ++lent_;
    if (!idle_.empty()) {
      found = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  try {
    if (!found) {
      found = std::make_unique<reader>(path_, topics_);
      found->database().set_lock_timeout(timeout_);
    }
    found->database().set_deadline(deadline);
  } catch (const sqlite_failure& cause) {
    give_back(nullptr);
    troubles_.set(activity::reading, describe(path_, cause));
    throw unavailable(path_, cause);
  }
  return found;
}

void reader_pool::give_back(std::unique_ptr<reader> used) noexcept {
  {
    const std::scoped_lock lock{mutex_};
    --lent_;
    if (used) idle_.push_back(std::move(used));
  }
  changed_.notify_all();
}

reader_pool::pause reader_pool::quiesce(std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  paused_ = true;
  const bool quiet = changed_.wait_for(lock, patience, [this] { return lent_ == 0; });
  return {*this, quiet};
}

void reader_pool::resume() {
  {
    const std::scoped_lock lock{mutex_};
    paused_ = false;
  }
  changed_.notify_all();
}

void reader_pool::close() {
  const std::scoped_lock lock{mutex_};
  idle_.clear();
}

void reader_pool::fail(lease& borrowed, const sqlite_failure& cause) {
  if (cause.spoils_connection()) borrowed.discard();
  // A query that is too dear says nothing about the health of the store.
  if (cause.code() != SQLITE_INTERRUPT) troubles_.set(activity::reading, describe(path_, cause));
  throw unavailable(path_, cause);
}

}  // namespace eventmgr::sqlite
