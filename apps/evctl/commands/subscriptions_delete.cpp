#include "../command.hpp"
#include "../deletion.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

exit_code delete_subscriptions(const deletion_options& options, session& here) {
  auto calls = here.client().subscriptions();
  deletion how;
  how.question = "Delete, with what they have not delivered yet, the subscriptions";
  how.look_up = [&](const std::string& name) -> result<std::string> {
    if (const auto found = calls.get(name); !found) return found.error();
    return name;
  };
  how.remove = [&](const std::string& name) { return calls.remove(name); };
  return delete_named(options, how, here);
}

}  // namespace

void add_subscriptions_delete(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<deletion_options>();
  auto* command = parent.add_subcommand("delete", "Delete subscriptions; what they did not deliver yet is forgotten");
  command->add_option("name", options->names, "The subscriptions' names or ids")->required();
  add_deletion_options(*command, *options);
  command->callback(
      [options, &chosen] { chosen = [options](session& here) { return delete_subscriptions(*options, here); }; });
}

}  // namespace eventmgr::evctl
