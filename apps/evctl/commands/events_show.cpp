#include "../command.hpp"
#include "../option_check.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

exit_code show_event(const std::string& text, session& here) {
  const auto event = here.client().get_event(option_value(event_id::parse, text));
  if (!event) return here.fail(event.error());
  here.output().record(*event, "metadata");
  return exit_code::done;
}

}  // namespace

void add_events_show(CLI::App& parent, command_action& chosen) {
  const auto id = std::make_shared<std::string>();
  auto* command = parent.add_subcommand("show", "Show one event");
  command->add_option("id", *id, "The event's id")->required()->check(uuid_value());
  command->callback([id, &chosen] { chosen = [id](session& here) { return show_event(*id, here); }; });
}

}  // namespace eventmgr::evctl
