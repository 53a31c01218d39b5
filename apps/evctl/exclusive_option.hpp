#pragma once

#include <CLI/CLI.hpp>

namespace eventmgr::evctl {

/// Throws what CLI11 throws for options that exclude each other, if any option of the command's own is given beside
/// `alone`. Positional arguments count if they are in the same command and not `subject`.
inline void check_alone(const CLI::App& command, const CLI::Option* alone, const CLI::Option* subject = nullptr) {
  for (const auto* option : command.get_options()) {
    if (option != alone && option != subject && option->count() > 0) {
      throw CLI::ExcludesError{alone->get_name(), option->get_name()};
    }
  }
}

}  // namespace eventmgr::evctl
