#include "../command.hpp"
#include "../topic_pages.hpp"

#include <CLI/CLI.hpp>

namespace eventmgr::evctl {
namespace {

exit_code list_topics(session& here) {
  auto& out = here.output();
  out.begin_list({{"TOPIC", "/topic"},
                  {"EVENTS", "/eventCount", column::alignment::right},
                  {"SUBSCRIBERS", "/subscriberCount", column::alignment::right},
                  {"LAST EVENT", "/lastEvent"},
                  {"DESCRIPTION", "/description"}});
  const auto listed = visit_topics(
      here, [&](const std::string& topic) { out.item(topic); }, [&] { out.flush_rows(); });
  if (!listed) return here.fail(listed.error());
  out.end_list();
  return exit_code::done;
}

}  // namespace

void add_topics_list(CLI::App& parent, command_action& chosen) {
  auto* command = parent.add_subcommand("list", "List every topic that was declared or published to");
  command->callback([&chosen] { chosen = list_topics; });
}

}  // namespace eventmgr::evctl
