#include "../command.hpp"
#include "../exclusive_option.hpp"
#include "../input.hpp"
#include "../json_text.hpp"
#include "../subscription_arguments.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

struct create_options {
  subscription_arguments described{};
  std::string file{};
};

result<std::string> make_definition(const create_options& options, session& here) {
  if (options.file.empty()) return write_subscription(options.described, here);
  return read_json_argument("-f", options.file == "-" ? options.file : "@" + options.file, here.stop());
}

/// People who write `project.*` often mean `project.#`.
void say_hints(const std::string& subscription, session& here) {
  const auto topics = element_texts(subscription, "/hints");
  if (topics.empty()) return;
  std::string list;
  for (const auto& topic : topics) list += (list.empty() ? "" : ", ") + topic;
  here.say("* is one level: not matched, but would be with # in its place: " + list);
}

exit_code create_subscription(const create_options& options, session& here) {
  const auto definition = make_definition(options, here);
  if (!definition) return here.fail(definition.error());
  const auto made = here.client().subscriptions().create(*definition);
  if (!made) return here.fail(made.error());
  if (!made->created) here.say("one of that name was there, and was changed");
  say_hints(made->json, here);
  here.output().record(made->json, "options");
  return exit_code::done;
}

}  // namespace

void add_subscriptions_create(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<create_options>();
  auto* command = parent.add_subcommand("create", "Create a durable subscription, or change the one of that name");
  auto* file = command
                   ->add_option("-f,--file", options->file,
                                "Read the whole subscription from a file of JSON; - is standard input. Takes no other "
                                "option")
                   ->type_name("FILE");
  add_subscription_options(*command, options->described, empty_text::refused);
  add_creation_options(*command, options->described);
  command->callback([options, command, file, &chosen] {
    if (!options->file.empty()) {
      check_alone(*command, file);
    } else if (options->described.topics.empty()) {
      throw CLI::RequiredError{"--topic or --file"};
    }
    chosen = [options](session& here) { return create_subscription(*options, here); };
  });
}

}  // namespace eventmgr::evctl
