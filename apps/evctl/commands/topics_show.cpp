#include "../command.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

exit_code show_topic(const std::string& name, session& here) {
  const auto topic = topic_name::parse(name);
  if (!topic) return here.fail(topic.error());
  const auto shown = here.client().get_topic(*topic);
  if (!shown) return here.fail(shown.error());
  here.output().record(*shown);
  return exit_code::done;
}

}  // namespace

void add_topics_show(CLI::App& parent, command_action& chosen) {
  const auto name = std::make_shared<std::string>();
  auto* command = parent.add_subcommand("show", "Show one topic");
  command->add_option("topic", *name, "The topic")->required();
  command->callback([name, &chosen] { chosen = [name](session& here) { return show_topic(*name, here); }; });
}

}  // namespace eventmgr::evctl
