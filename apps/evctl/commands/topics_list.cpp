#include "../command.hpp"
#include "../record_pages.hpp"

#include <CLI/CLI.hpp>

namespace eventmgr::evctl {
namespace {

exit_code list_topics(session& here) {
  return print_pages({{"TOPIC", "/topic"},
                      {"EVENTS", "/eventCount", column::alignment::right},
                      {"SUBSCRIBERS", "/subscriberCount", column::alignment::right},
                      {"LAST EVENT", "/lastEvent"},
                      {"DESCRIPTION", "/description"}},
                     topic_pages(here), every_record, here);
}

}  // namespace

void add_topics_list(CLI::App& parent, command_action& chosen) {
  auto* command = parent.add_subcommand("list", "List every topic that was declared or published to");
  command->callback([&chosen] { chosen = list_topics; });
}

}  // namespace eventmgr::evctl
