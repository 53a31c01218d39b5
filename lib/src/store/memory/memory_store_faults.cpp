#include "store/memory/memory_event_store.hpp"

#include <algorithm>

namespace eventmgr {

void memory_store_faults::fail_next_commits(unsigned count, std::string message) {
  const std::scoped_lock lock{mutex_};
  commits_to_fail_ = count;
  commit_message_ = std::move(message);
}

void memory_store_faults::poison(event_id id) {
  const std::scoped_lock lock{mutex_};
  poisoned_.insert(id);
}

void memory_store_faults::fail_reads(std::string message) {
  const std::scoped_lock lock{mutex_};
  reads_fail_ = true;
  read_message_ = std::move(message);
}

void memory_store_faults::hold_commits() {
  const std::scoped_lock lock{mutex_};
  held_ = true;
}

void memory_store_faults::release_commits() {
  const std::scoped_lock lock{mutex_};
  held_ = false;
  changed_.notify_all();
}

bool memory_store_faults::wait_for_held_commit(std::chrono::milliseconds timeout) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, timeout, [this] { return waiting_ > 0; });
}

void memory_store_faults::clear() {
  const std::scoped_lock lock{mutex_};
  commits_to_fail_ = 0;
  reads_fail_ = false;
  held_ = false;
  poisoned_.clear();
  changed_.notify_all();
}

void memory_store_faults::before_commit(const commit_batch& batch) {
  std::unique_lock lock{mutex_};
  if (held_) {
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    --waiting_;
  }
  if (commits_to_fail_ > 0) {
    --commits_to_fail_;
    throw error{{errc::store_unavailable, commit_message_}};
  }
  const bool hit = std::ranges::any_of(
      batch.entries, [this](const append_entry& entry) { return poisoned_.contains(entry.record->id); });
  if (hit) throw batch_refused{{errc::store_unavailable, "poisoned event"}};
}

void memory_store_faults::before_read() {
  const std::scoped_lock lock{mutex_};
  if (reads_fail_) throw error{{errc::store_unavailable, read_message_}};
}

}  // namespace eventmgr
