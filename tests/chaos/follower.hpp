#pragma once

#include "chaos/live_server.hpp"
#include "support/eventually.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace eventmgr::chaos {

/// A tail of everything that comes back after each crash and resumes by position. It keeps what it saw.
class follower {
 public:
  /// Returns once it is subscribed. Throws std::runtime_error if that takes too long.
  explicit follower(const live_server& server);
  ~follower();

  follower(const follower&) = delete;
  follower& operator=(const follower&) = delete;

  /// Waits for the event at `seq`; false if that takes longer than `limit`.
  bool wait_for(std::uint64_t seq, std::chrono::seconds limit = testing::default_patience) const;

  void stop();

  /// After `stop`: the offset and id of each event, in the order in which they came.
  const std::vector<std::pair<std::uint64_t, std::string>>& seen() const noexcept { return seen_; }
  /// After `stop`: answers that a resuming tail must not get.
  const std::vector<std::string>& faults() const noexcept { return faults_; }
  /// After `stop`: how often it resumed.
  unsigned resumed() const noexcept { return resumed_; }

 private:
  void run();
  void follow(const bench::endpoint& where);
  void take(const std::string& message);

  const live_server& server_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> subscribed_{false};
  std::atomic<std::uint64_t> last_seq_{0};
  std::string position_;
  unsigned resumed_{0};
  std::vector<std::pair<std::uint64_t, std::string>> seen_;
  std::vector<std::string> faults_;
  std::thread thread_;
};

}  // namespace eventmgr::chaos
