#pragma once

#include "bench/wire/socket.hpp"
#include "support/daemon.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace eventmgr::chaos {

/// A daemon that dies and comes back on one data directory, each time on another port. Clients on other threads ask
/// where it is.
class live_server {
 public:
  explicit live_server(std::string data_dir) : data_dir_(std::move(data_dir)) { start(); }

  /// Throws std::runtime_error if it does not come up.
  void start();

  /// SIGKILL.
  void crash();

  /// SIGTERM; gives the exit status, as a shell says it, or nullopt if it did not end within `deadline`.
  std::optional<int> terminate(testing::process::duration deadline = testing::process::default_deadline);

  pid_t pid() { return daemon_->child().pid(); }
  bool running();
  std::string log() const { return daemon_->child().err(); }

  /// Where it listens. Only while it is up.
  bench::endpoint address() const;

  /// Where it listens; nullopt while it is down. From any thread.
  std::optional<bench::endpoint> where() const;

 private:
  std::string data_dir_;
  std::unique_ptr<testing::daemon> daemon_{};
  std::atomic<std::uint16_t> port_{0};
};

/// A folder on the disk of the build, for data that must really be synced.
std::string disk_folder();

/// How often to kill: $EVENTMGR_CHAOS_KILLS, for long runs by hand; twenty is what a minute allows, fewer under a
/// sanitizer.
unsigned wanted_kills();

/// So many microseconds as the chaos needs: sleeps, and gives the processor to others.
void pause_for(std::chrono::microseconds span);

}  // namespace eventmgr::chaos
