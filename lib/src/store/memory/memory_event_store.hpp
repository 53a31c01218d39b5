#pragma once

#include "ports/event_store.hpp"

#include <eventmgr/id.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

namespace eventmgr {

/// Faults that a test puts into a memory store. Thread-safe.
class memory_store_faults {
 public:
  /// The next `count` commits throw `store_unavailable` with this message.
  void fail_next_commits(unsigned count, std::string message = "injected fault");

  /// Every commit with this event in it throws `batch_refused`, until `clear`.
  void poison(event_id id);

  /// Reads throw `store_unavailable` until `clear`.
  void fail_reads(std::string message = "injected fault");

  /// Commits wait, before they do anything, until `release_commits`.
  void hold_commits();
  void release_commits();

  /// Whether a commit was waiting, or came to wait, within `timeout`.
  bool wait_for_held_commit(std::chrono::milliseconds timeout);

  /// Takes every fault back and lets held commits go on.
  void clear();

  /// For the store: waits while commits are held, then throws if this one is to fail.
  void before_commit(const commit_batch& batch);
  /// For the store: throws if reads are to fail.
  void before_read();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned commits_to_fail_{0};
  bool reads_fail_{false};
  bool held_{false};
  unsigned waiting_{0};
  std::string commit_message_;
  std::string read_message_;
  std::unordered_set<event_id> poisoned_;
};

/// A store that keeps everything in memory, for tests: a real implementation of the port, without durability.
/// `partitions` is at least 1.
std::unique_ptr<event_store> make_memory_event_store(std::uint16_t partitions = 1,
                                                     std::shared_ptr<memory_store_faults> faults = {});

}  // namespace eventmgr
