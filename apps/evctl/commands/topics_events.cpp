#include "../command.hpp"
#include "../history.hpp"

#include <CLI/CLI.hpp>

namespace eventmgr::evctl {
namespace {

exit_code list_topic_events(const history_options& options, session& here) {
  const auto topic = topic_name::parse(options.topic);
  if (!topic) return here.fail(topic.error());
  // A topic that nobody knows is an error, one without events is not.
  if (const auto known = here.client().get_topic(*topic); !known) return here.fail(known.error());
  return print_history(options, here);
}

}  // namespace

void add_topics_events(CLI::App& parent, command_action& chosen) {
  auto* command = parent.add_subcommand("events", "List the events of a topic, newest first");
  const auto options = add_history_options(*command);
  command->add_option("topic", options->topic, "The topic")->required();
  command->callback(
      [options, &chosen] { chosen = [options](session& here) { return list_topic_events(*options, here); }; });
}

}  // namespace eventmgr::evctl
