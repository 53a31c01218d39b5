#pragma once

#include "config/diagnostic.hpp"

#include <eventmgr/export.hpp>
#include <eventmgr/settings.hpp>

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::config {

/// Read when no other file is named, if it exists.
inline constexpr std::string_view default_file = "/etc/eventmgr/eventmgrd.yaml";

inline constexpr std::size_t max_file_bytes = 1ULL << 20U;

/// A value from the command line. `option` is how it was given, as "--listen" or "--set".
struct assignment {
  std::string option{};
  std::string key{};
  std::string value{};

  friend bool operator==(const assignment&, const assignment&) = default;
};

/// Variables of the process, by name.
using environment = std::map<std::string, std::string, std::less<>>;

/// Where settings come from; a later member overrides an earlier one.
struct sources {
  std::filesystem::path file{};            ///< empty: `default_file`, which may be absent
  environment variables{};                 ///< an empty variable counts as absent
  std::vector<assignment> command_line{};  ///< of several for one key the last holds
  settings defaults{};                     ///< what holds where none of these says anything
};

struct outcome {
  settings values{};                 ///< complete, and to be used only if there are no errors
  std::vector<diagnostic> errors{};  ///< every mistake: of the file by line, then environment, then command line
  std::vector<diagnostic> warnings{};

  bool ok() const noexcept { return errors.empty(); }
};

/// Reads all sources and checks them, each value for itself and those that depend on each other. Mistakes are returned,
/// never thrown; a value that is overridden must be right, too.
///
/// A `host` of `localhost` becomes 127.0.0.1: the setting is always an address.
EVENTMGR_API outcome load(const sources& from);

/// The variables of this process. Not safe while another thread changes the environment.
EVENTMGR_API environment process_environment();

/// The folder of local files: `data_dir` if set, else `$STATE_DIRECTORY` (systemd), else `$XDG_STATE_HOME/eventmgr`,
/// else
/// `$HOME/.local/state/eventmgr`. Empty if none of them is set. Creates nothing.
EVENTMGR_API std::filesystem::path data_directory(const settings& options, const environment& variables);

}  // namespace eventmgr::config
