#pragma once

#include <eventmgr/error.hpp>

#include <map>
#include <string>

namespace eventmgr::evctl {

/// A daemon under a name of the user's.
struct context {
  std::string url{};
  std::string token_file{};  ///< empty: no token
  std::string ca_file{};     ///< empty: the system's authorities
};

/// What is kept in config.yaml.
struct user_config {
  std::string current{};  ///< the context used where none is named; empty: none
  std::map<std::string, context> contexts{};
};

/// `$XDG_CONFIG_HOME/evctl/config.yaml`, by default below ~/.config.
std::string config_path();

/// A file that does not exist is an empty configuration. Fails with `invalid_request`, naming file and line, for
/// anything that is not of the form.
result<user_config> load_config(const std::string& path);

/// Replaces the file as a whole, readable by its owner only. Fails with `internal` and the system's reason.
result<void> save_config(const std::string& path, const user_config& config);

}  // namespace eventmgr::evctl
