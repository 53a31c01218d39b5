#pragma once

#include "bench/load/report.hpp"
#include "bench/wire/process_usage.hpp"
#include "bench/wire/socket.hpp"
#include "support/process.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr::bench {

/// Which server to measure: one that runs, or one that is started for the run.
struct target_options {
  std::string url{};                    ///< of a running server; empty: start one
  pid_t pid{0};                         ///< of that server, for its CPU and memory; 0: not reported
  std::filesystem::path daemon{};       ///< the program to start; empty: eventmgrd beside this program
  std::filesystem::path data_root{};    ///< where its data directory is made; empty: beside the folder of this program
  std::vector<std::string> settings{};  ///< KEY=VALUE, handed on as --set
  bool baseline{false};                 ///< start the bare server instead of the daemon
};

/// A data directory on a real disk, as the options say.
std::filesystem::path data_root_of(const target_options& options);

/// The command line that starts the server on `data_dir`.
std::vector<std::string> server_command(const target_options& options, const std::string& data_dir);

/// Runs a server's command line. Throws std::system_error if it cannot be run.
testing::process start_server(const std::vector<std::string>& command);

/// Where a server that was started listens, once it says so. Throws std::runtime_error, with what it wrote, if it does
/// not within a minute.
endpoint wait_until_listening(const testing::process& server);

/// A server for one run. One that it started ends, and its data go, with this object.
class server_under_test {
 public:
  explicit server_under_test(const target_options& options);

  const endpoint& where() const noexcept { return where_; }

  /// nullopt for a running server whose pid was not given.
  std::optional<process_usage> usage() const;

 private:
  std::optional<testing::temp_dir> data_dir_{};
  std::optional<testing::process> process_{};
  pid_t pid_{0};
  endpoint where_{};
};

/// What server and generator used between construction and `report_into`.
class usage_meter {
 public:
  explicit usage_meter(const server_under_test& server);

  /// Server CPU in all and per 100,000 of `work_items` (named `per_what`), its memory, and this program's CPU.
  void report_into(report& out, std::uint64_t work_items, const std::string& per_what) const;

 private:
  const server_under_test& server_;
  std::optional<process_usage> server_before_;
  double own_before_;
};

constexpr double mebibytes(std::uint64_t bytes) noexcept { return static_cast<double>(bytes) / (1024.0 * 1024.0); }

}  // namespace eventmgr::bench
