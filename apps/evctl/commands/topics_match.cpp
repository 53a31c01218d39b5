#include "../command.hpp"
#include "../json_text.hpp"
#include "../record_pages.hpp"
#include "codec/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

namespace eventmgr::evctl {
namespace {

struct match_options {
  std::string pattern{};
  std::vector<std::string> topics{};
};

/// Topics given are matched here, others are asked for.
result<std::vector<topic_name>> candidates(const match_options& options, session& here) {
  std::vector<topic_name> topics;
  for (const auto& name : options.topics) {
    auto topic = topic_name::parse(name);
    if (!topic) return failure{topic.error().code, "\"" + name + "\": " + topic.error().message};
    topics.push_back(*std::move(topic));
  }
  if (!topics.empty()) return topics;
  const auto asked = visit_pages(topic_pages(here), every_record, [&](const std::string& json) {
    if (auto name = topic_name::parse(member_text(json, "/topic").value_or(""))) topics.push_back(*std::move(name));
  });
  if (!asked) return asked.error();
  return topics;
}

exit_code match_topics(const match_options& options, session& here) {
  const auto pattern = topic_pattern::parse(options.pattern);
  if (!pattern) return here.fail(pattern.error());
  const auto topics = candidates(options, here);
  if (!topics) return here.fail(topics.error());

  auto& out = here.output();
  out.begin_list({{"TOPIC", "/topic"}});
  bool any = false;
  for (const auto& topic : *topics) {
    if (!pattern->matches(topic)) continue;
    any = true;
    out.item("{\"topic\":" + codec::json_string(topic.str()) + "}");
  }
  out.end_list();
  return any ? exit_code::done : exit_code::failed;
}

}  // namespace

void add_topics_match(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<match_options>();
  auto* command =
      parent.add_subcommand("match", "Print the topics that a pattern matches; exit with 1 when there is none");
  command->add_option("pattern", options->pattern, "The pattern")->required();
  command->add_option("topic", options->topics, "Topics to try, offline; by default those of the daemon");
  command->callback([options, &chosen] { chosen = [options](session& here) { return match_topics(*options, here); }; });
}

}  // namespace eventmgr::evctl
