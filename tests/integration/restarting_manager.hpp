#pragma once

#include "support/eventually.hpp"

#include <eventmgr/event_manager.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace eventmgr::testing {

/// A broker whose store outlives it, as that of a program that is started again.
struct restarting_manager {
  std::string dir{(std::filesystem::temp_directory_path() / "eventmgr-test-XXXXXX").string()};
  std::unique_ptr<event_manager> manager;

  restarting_manager() {
    REQUIRE(::mkdtemp(dir.data()) != nullptr);
    start();
  }
  ~restarting_manager() {
    manager.reset();
    std::filesystem::remove_all(dir);
  }
  restarting_manager(const restarting_manager&) = delete;
  restarting_manager& operator=(const restarting_manager&) = delete;

  void start() {
    manager.reset();
    settings options;
    options.data_dir = dir;
    manager = event_manager::open(options);
  }

  void publish(int count) {
    for (int i = 0; i < count; ++i) {
      manager->publish({.type = "test.happened", .source = "test", .payload = "{}", .topic = "a/b"}).value();
    }
  }

  static subscription_definition definition() {
    subscription_definition made{.name = "worker"};
    made.topics.push_back(topic_pattern::parse("a.#").value());
    made.options.retry.initial_delay = std::chrono::milliseconds{10};
    return made;
  }
};

/// How often each offset was seen, for a test that waits.
class tally {
 public:
  void note(const event& record) {
    const std::lock_guard lock{mutex_};
    ++seen_[record.seq.value];
    changed_.notify_all();
  }

  bool wait_for(std::size_t offsets) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, default_patience, [&] { return seen_.size() >= offsets; });
  }

  std::map<std::uint64_t, int> seen() {
    const std::lock_guard lock{mutex_};
    return seen_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, int> seen_;
};

}  // namespace eventmgr::testing
