#include "../command.hpp"
#include "../exclusive_option.hpp"
#include "../input.hpp"
#include "../subscription_arguments.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <string>

namespace eventmgr::evctl {
namespace {

struct edit_options {
  std::string which{};
  subscription_arguments changed{};
  std::optional<std::string> patch{};
};

exit_code edit_subscription(const edit_options& options, session& here) {
  const auto members = options.patch ? read_json_argument("--patch", *options.patch, here.stop())
                                     : write_subscription(options.changed, here);
  if (!members) return here.fail(members.error());
  const auto changed = here.client().subscriptions().change(options.which, *members);
  if (!changed) return here.fail(changed.error());
  here.output().record(*changed, "options");
  return exit_code::done;
}

bool has_options(const CLI::App& command, const CLI::Option* subject) {
  const auto options = command.get_options([&](const CLI::Option* one) { return one != subject && one->count() > 0; });
  return !options.empty();
}

}  // namespace

void add_subscriptions_edit(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<edit_options>();
  auto* command = parent.add_subcommand(
      "edit", "Change what is given of a subscription; its place stays. Empty text takes back an option");
  auto* which = command->add_option("subscription", options->which, "The subscription's name or id")->required();
  auto* patch =
      command
          ->add_option("--patch", options->patch,
                       "The changes as a JSON merge patch: JSON, @FILE, or - for standard input. Takes no other option")
          ->type_name("JSON");
  add_subscription_options(*command, options->changed, empty_text::resets);
  command->callback([options, command, which, patch, &chosen] {
    if (!has_options(*command, which)) throw CLI::RequiredError{"an option that says what to change"};
    if (options->patch) check_alone(*command, patch, which);
    chosen = [options](session& here) { return edit_subscription(*options, here); };
  });
}

}  // namespace eventmgr::evctl
