#include "../command.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

exit_code pause_subscription(const std::string& name, session& here) {
  const auto paused = here.client().subscriptions().pause(name);
  if (!paused) return here.fail(paused.error());
  here.output().record(*paused, "options");
  return exit_code::done;
}

}  // namespace

void add_subscriptions_pause(CLI::App& parent, command_action& chosen) {
  const auto name = std::make_shared<std::string>();
  auto* command = parent.add_subcommand("pause", "Deliver nothing more until it is resumed; its events are kept");
  command->add_option("name", *name, "The subscription's name or id")->required();
  command->callback([name, &chosen] { chosen = [name](session& here) { return pause_subscription(*name, here); }; });
}

}  // namespace eventmgr::evctl
