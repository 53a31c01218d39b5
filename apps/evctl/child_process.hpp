#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::evctl {

/// The exit status of a shell for a command that it cannot execute.
constexpr int exit_cannot_execute = 126;

/// A shell command as a child in a process group of its own, with a pipe to its standard input. It is sent SIGTERM if
/// this process dies. Destroying a running one kills its group.
class child_process {
 public:
  /// `variables` are added to the environment, as "NAME=value". Throws std::system_error if it cannot be started.
  child_process(const std::string& command, const std::vector<std::string>& variables);
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;
  ~child_process();

  /// Writable when it reads; -1 once closed.
  int input() const noexcept { return input_; }

  /// Writes what it takes at once of `text`, and takes that away from it. False once nobody reads any more.
  bool write_some(std::string_view& text) noexcept;
  void close_input() noexcept;

  /// Readable when it has ended, for poll(2).
  int descriptor() const noexcept { return ended_; }

  void signal_group(int signal) const noexcept;

  /// Its status as waitpid(2) gives it, once it has ended; nullopt before.
  std::optional<int> status() noexcept;

 private:
  pid_t id_{-1};
  int input_{-1};
  int ended_{-1};
  std::optional<int> status_{};
};

}  // namespace eventmgr::evctl
