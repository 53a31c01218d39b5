#pragma once

#include "support/eventually.hpp"

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::testing {

/// What a child process is started with.
struct process_options {
  std::vector<std::string> command{};                              ///< program (a path) and arguments
  std::vector<std::pair<std::string, std::string>> environment{};  ///< added to, or replacing, what this process has
  std::vector<std::string> unset{};                                ///< variables taken out of the environment
  std::string working_directory{};                                 ///< empty: this process's
  bool stdin_terminal{false};                                      ///< a pseudo-terminal instead of a pipe
  bool stdout_terminal{false};                                     ///< what is written there comes as `out`
  bool stderr_terminal{false};  ///< comes as `out` if standard output is the terminal too, else as `err`
};

/// How a process ended, and what it wrote.
struct process_result {
  int status{0};  ///< its exit code, or 128 plus the signal that ended it, as a shell says it
  std::string out{};
  std::string err{};
};

/// A child process. Its output is read all the time by a thread, so it never blocks on a full pipe. Destroying a
/// running one kills it. Members may be called from one thread at a time. Throws std::system_error if it cannot be
/// started.
class process {
 public:
  using duration = std::chrono::milliseconds;
  static constexpr duration default_deadline{default_patience};

  explicit process(const process_options& options);
  process(process&&) noexcept;
  process& operator=(process&&) noexcept;
  ~process();

  pid_t pid() const noexcept;

  /// Sends a signal; nothing happens if the process has been waited for.
  void send_signal(int signal) noexcept;

  /// Writes to standard input, waiting while the pipe is full. False if nobody reads it any more.
  bool write_stdin(std::string_view text);
  void close_stdin();

  /// Stops reading and closes this end, so that the process's next write meets a broken pipe.
  void close_stdout();

  /// What was written so far.
  std::string out() const;
  std::string err() const;

  /// Waits until the output holds `text`. False if the deadline passes or the stream ends first.
  bool wait_for_out(std::string_view text, duration deadline = default_deadline) const;
  bool wait_for_err(std::string_view text, duration deadline = default_deadline) const;

  /// Waits until standard output holds this many whole lines.
  bool wait_for_out_lines(std::size_t lines, duration deadline = default_deadline) const;

  /// Waits for the end of the process and of its output. nullopt if the deadline passes; it then still runs.
  std::optional<process_result> wait(duration deadline = default_deadline);

  /// SIGKILL, then waits.
  void kill();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Runs a command to its end with `input` on its standard input. Kills it, and throws std::runtime_error with what it
/// wrote, if it takes longer than the deadline.
process_result run(const process_options& options, std::string_view input = {},
                   process::duration deadline = process::default_deadline);

/// A new directory, removed with all that is in it at the end.
class temp_dir {
 public:
  /// Below `parent`; empty: below $TMPDIR or /tmp.
  explicit temp_dir(const std::string& parent = {});
  temp_dir(const temp_dir&) = delete;
  temp_dir& operator=(const temp_dir&) = delete;
  ~temp_dir();

  const std::string& path() const noexcept { return path_; }
  std::string file(std::string_view name) const { return path_ + "/" + std::string{name}; }

  /// Writes a file of that name and returns its path.
  std::string write(std::string_view name, std::string_view content) const;

 private:
  std::string path_;
};

/// Where the built programs are, as `program_path("evctl")`.
std::string program_path(std::string_view name);

}  // namespace eventmgr::testing
