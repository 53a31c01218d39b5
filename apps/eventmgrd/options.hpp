#pragma once

#include "config/config.hpp"

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <variant>
#include <vector>

namespace eventmgr::daemon {

enum class log_level : std::uint8_t { debug, info, warning, error };

/// What `eventmgrd` was asked to do.
struct options {
  std::filesystem::path config_file{};             ///< empty: the default file, if there is one
  std::vector<config::assignment> command_line{};  ///< `--listen`, `--data-dir` and `--set`
  log_level level{log_level::info};
  bool check_config{false};  ///< read the configuration, say what is wrong, and end
  bool verify{false};        ///< prove the store, which no process may have open, and end
  bool ephemeral{false};     ///< keep everything in a folder that goes away with the process
};

/// The process has nothing to do but to end.
struct exit_with {
  int code{0};
};

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_unproved = 3;  ///< `--verify` could not say: a problem that it has found is `exit_failed`

/// Reads the command line. `--help` and `--version` write to `out` and end with 0; a wrong line is explained on `err`
/// and ends with 2. Whether a key exists and a value fits is for `config::load` to say.
std::variant<options, exit_with> parse_options(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

/// Where the settings come from: these options and the variables of the process. With `--ephemeral` the default file is
/// not read, and ports that are not given are free ones.
config::sources make_sources(const options& given, config::environment variables);

/// Writes each warning and mistake to `err`, a line each.
void print_diagnostics(const config::outcome& read, std::ostream& err);

/// `--check-config`: every mistake to `err` and 1, or "configuration ok" to `out` and 0.
int check_config(const config::sources& from, std::ostream& out, std::ostream& err);

}  // namespace eventmgr::daemon
