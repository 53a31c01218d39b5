#include "../command.hpp"
#include "../terminal.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr::evctl {
namespace {

struct delete_options {
  std::vector<std::string> topics{};
  bool dry_run{false};
  bool yes{false};
};

/// Every name is read, and every topic looked up, before anything is changed.
result<std::vector<topic_name>> find_topics(const delete_options& options, session& here) {
  std::vector<topic_name> found;
  for (const auto& name : options.topics) {
    auto topic = topic_name::parse(name);
    if (!topic) return topic.error();
    if (const auto known = here.client().get_topic(*topic); !known) return known.error();
    found.push_back(*std::move(topic));
  }
  return found;
}

exit_code delete_found(const std::vector<topic_name>& topics, session& here) {
  std::size_t deleted = 0;
  std::optional<errc> first_failure;
  for (const auto& topic : topics) {
    const auto done = here.client().delete_topic(topic);
    if (done) {
      ++deleted;
      here.say("deleted " + topic.str());
    } else {
      here.fail(done.error());
      if (!first_failure) first_failure = done.error().code;
    }
  }
  if (!first_failure) return exit_code::done;
  return deleted > 0 ? exit_code::partly : exit_code_for(*first_failure);
}

exit_code delete_topics(const delete_options& options, session& here) {
  const auto topics = find_topics(options, here);
  if (!topics) return here.fail(topics.error());
  if (options.dry_run) {
    for (const auto& topic : *topics) here.say("would delete " + topic.str());
    return exit_code::done;
  }
  if (!options.yes) {
    if (!here.is_interactive()) {
      here.say("nothing was deleted: without a terminal to ask on, --yes is needed");
      return exit_code::usage;
    }
    std::string names;
    for (const auto& topic : *topics) names += " " + topic.str();
    if (!confirm("Delete the declaration of" + names + "?")) {
      here.say("nothing was deleted");
      return exit_code::failed;
    }
  }
  return delete_found(*topics, here);
}

}  // namespace

void add_topics_delete(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<delete_options>();
  auto* command = parent.add_subcommand("delete", "Take back the declaration of topics; their events stay");
  command->add_option("topic", options->topics, "The topics")->required();
  command->add_flag("--dry-run", options->dry_run, "Only say what would be deleted");
  command->add_flag("--yes", options->yes, "Do not ask");
  command->callback(
      [options, &chosen] { chosen = [options](session& here) { return delete_topics(*options, here); }; });
}

}  // namespace eventmgr::evctl
