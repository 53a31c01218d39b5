#include "../command.hpp"
#include "../history.hpp"

#include <CLI/CLI.hpp>

namespace eventmgr::evctl {

void add_events_list(CLI::App& parent, command_action& chosen) {
  auto* command = parent.add_subcommand("list", "List the events that match, newest first");
  const auto options = add_history_options(*command);
  command->add_option("--topic", options->topic, "Only topics that match this pattern")->type_name("PATTERN");
  command->callback(
      [options, &chosen] { chosen = [options](session& here) { return print_history(*options, here); }; });
}

}  // namespace eventmgr::evctl
