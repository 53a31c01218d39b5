#include "../command.hpp"
#include "../record_pages.hpp"

#include <CLI/CLI.hpp>

namespace eventmgr::evctl {
namespace {

exit_code list_subscriptions(session& here) {
  return print_pages({{"NAME", "/name"},
                      {"STATUS", "/status"},
                      {"CHANNEL", "/channel"},
                      {"TOPIC", "/topic"},
                      {"ENDPOINT", "/endpoint"},
                      {"UPDATED", "/updatedAt"}},
                     subscription_pages(here), every_record, here);
}

}  // namespace

void add_subscriptions_list(CLI::App& parent, command_action& chosen) {
  auto* command = parent.add_subcommand("list", "List the durable subscriptions");
  command->callback([&chosen] { chosen = list_subscriptions; });
}

}  // namespace eventmgr::evctl
