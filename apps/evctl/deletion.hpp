#pragma once

#include "session.hpp"

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace eventmgr::evctl {

/// What every command that deletes is given.
struct deletion_options {
  std::vector<std::string> names{};
  bool dry_run{false};
  bool yes{false};
};

/// Adds --dry-run and --yes to a command.
void add_deletion_options(CLI::App& command, deletion_options& options);

/// How one kind of thing is deleted.
struct deletion {
  std::string question;  ///< to be followed by the names and "?"
  /// What it is really called. Fails if there is none of that name.
  std::function<result<std::string>(const std::string& name)> look_up;
  std::function<result<void>(const std::string& name)> remove;
};

/// Looks every name up before anything is changed, asks unless it was told not to, and deletes.
exit_code delete_named(const deletion_options& options, const deletion& how, session& here);

}  // namespace eventmgr::evctl
