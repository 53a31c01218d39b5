#include "../command.hpp"

#include <CLI/CLI.hpp>

namespace eventmgr::evctl {
namespace {

exit_code show_health(session& here) {
  const auto health = here.client().health();
  if (!health) return here.fail(health.error());
  here.output().record(health->json, "dependencies metrics");
  return health->state == health_state::unhealthy ? exit_code::unhealthy : exit_code::done;
}

}  // namespace

void add_status(CLI::App& parent, command_action& chosen) {
  auto* command = parent.add_subcommand("status", "Show the daemon's health; exit with 10 when it is unhealthy");
  command->callback([&chosen] { chosen = show_health; });
}

}  // namespace eventmgr::evctl
