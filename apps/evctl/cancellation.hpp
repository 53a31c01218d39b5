#pragma once

#include "session.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace eventmgr::evctl {

/// What every command that cancels is given.
struct cancel_options {
  std::string id{};
  bool dry_run{false};
  bool yes{false};
};

/// Adds --dry-run and --yes to a command.
void add_cancel_options(CLI::App& command, cancel_options& options);

/// Work of the daemon that is to end before it is done.
struct cancellation {
  std::string name{};   ///< of it: "plan 0190163d-8694-739b-aea5-966c26f8ad90"
  std::string items{};  ///< what it works through: "dead letters"
  bool over{false};
  std::uint64_t total{0};
  std::uint64_t left{0};
  std::function<result<void>()> cancel{};
};

/// Asks unless it was told not to, and cancels. What is over already is a conflict.
exit_code cancel_work(const cancel_options& options, const cancellation& work, session& here);

}  // namespace eventmgr::evctl
