#include "../command.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

struct topic_options {
  std::string topic{};
  std::string description{};
};

exit_code create_topic(const topic_options& options, session& here) {
  auto topic = topic_name::parse(options.topic);
  if (!topic) return here.fail(topic.error());
  const auto created = here.client().declare_topic({*std::move(topic), options.description});
  if (!created) return here.fail(created.error());
  here.output().record(*created);
  return exit_code::done;
}

}  // namespace

void add_topics_create(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<topic_options>();
  auto* command = parent.add_subcommand("create", "Declare a topic");
  command->add_option("topic", options->topic, "The topic")->required();
  command->add_option("--description", options->description, "What it is for")->type_name("TEXT");
  command->callback([options, &chosen] { chosen = [options](session& here) { return create_topic(*options, here); }; });
}

}  // namespace eventmgr::evctl
