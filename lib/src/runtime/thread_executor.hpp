#pragma once

#include "ports/executor.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace eventmgr {

enum class thread_rank : std::uint8_t {
  normal,
  background,  ///< gets what the others leave of the processors, but is never starved
};

/// Threads of its own over one queue. With one thread, work runs in the order it was posted.
class thread_executor final : public timed_executor {
 public:
  /// `name` is what the system shows for the threads, up to 15 bytes.
  thread_executor(const std::string& name, std::size_t threads, thread_rank rank = thread_rank::normal);

  thread_executor(const thread_executor&) = delete;
  thread_executor& operator=(const thread_executor&) = delete;

  /// As `stop`.
  ~thread_executor() override;

  void post(std::function<void()> work) override;
  void post_at(std::chrono::steady_clock::time_point when, std::function<void()> work) override;

  /// Runs what is queued, also what was put off, then ends the threads; what is posted later is dropped. Not from one
  /// of its own threads.
  void stop();

 private:
  void run(thread_rank rank);
  /// The next piece of work, when there is one; none when the thread is to end. With the lock held.
  std::function<void()> next(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> queue_;
  std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> put_off_;
  bool stopping_{false};
  std::vector<std::thread> threads_;
};

}  // namespace eventmgr
