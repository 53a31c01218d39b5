#pragma once

#include "bench/wire/http_session.hpp"
#include "chaos/live_server.hpp"
#include "support/eventually.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace eventmgr::chaos {

/// What publishers were told: the offset of each acknowledged event by its id.
using acknowledgements = std::map<std::string, std::uint64_t>;

/// Publishers that never give up: each names its events, and sends a request again, with the same ids, until it is
/// answered. Now and then one publishes an acknowledged event once more, to be told that it is a duplicate.
class publisher_group {
 public:
  /// `singles` publish one event a request, `batchers` twenty.
  publisher_group(const live_server& server, std::size_t singles, std::size_t batchers);
  ~publisher_group();

  publisher_group(const publisher_group&) = delete;
  publisher_group& operator=(const publisher_group&) = delete;

  /// Acknowledged events so far.
  std::uint64_t acknowledged() const noexcept { return acknowledged_; }

  /// Waits until `count` more have been acknowledged; false if that takes longer than `limit`.
  bool wait_for_more(std::uint64_t count, std::chrono::seconds limit = testing::default_patience) const;

  /// Lets each finish what it is at, for which a server has to be up, and ends them.
  void stop();

  /// After `stop`.
  const acknowledgements& told() const noexcept { return told_; }
  const std::vector<std::string>& faults() const noexcept { return faults_; }

 private:
  class worker;

  void report_fault(std::string what);
  void merge(const acknowledgements& told);

  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> acknowledged_{0};
  std::mutex mutex_;
  acknowledgements told_;
  std::vector<std::string> faults_;
  std::vector<std::thread> threads_;
};

}  // namespace eventmgr::chaos
