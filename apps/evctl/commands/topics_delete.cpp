#include "../command.hpp"
#include "../deletion.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

exit_code delete_topics(const deletion_options& options, session& here) {
  deletion how;
  how.question = "Delete the declaration of";
  how.look_up = [&](const std::string& name) -> result<std::string> {
    auto topic = topic_name::parse(name);
    if (!topic) return topic.error();
    if (const auto known = here.client().get_topic(*topic); !known) return known.error();
    return topic->str();
  };
  how.remove = [&](const std::string& name) { return here.client().delete_topic(topic_name::parse(name).value()); };
  return delete_named(options, how, here);
}

}  // namespace

void add_topics_delete(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<deletion_options>();
  auto* command = parent.add_subcommand("delete", "Take back the declaration of topics; their events stay");
  command->add_option("topic", options->names, "The topics")->required();
  add_deletion_options(*command, *options);
  command->callback(
      [options, &chosen] { chosen = [options](session& here) { return delete_topics(*options, here); }; });
}

}  // namespace eventmgr::evctl
