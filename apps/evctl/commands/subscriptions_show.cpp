#include "../command.hpp"
#include "../json_text.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

/// What it is, and how it is doing.
exit_code show_subscription(const std::string& name, session& here) {
  auto calls = here.client().subscriptions();
  const auto shown = calls.get(name);
  if (!shown) return here.fail(shown.error());
  const auto stats = calls.stats(name);
  if (!stats) return here.fail(stats.error());
  here.output().record(with_member(*shown, "stats", *stats), "options stats");
  return exit_code::done;
}

}  // namespace

void add_subscriptions_show(CLI::App& parent, command_action& chosen) {
  const auto name = std::make_shared<std::string>();
  auto* command = parent.add_subcommand("show", "Show one subscription and how it is doing");
  command->add_option("name", *name, "The subscription's name or id")->required();
  command->callback([name, &chosen] { chosen = [name](session& here) { return show_subscription(*name, here); }; });
}

}  // namespace eventmgr::evctl
