#include "../command.hpp"
#include "../dead_letter_selection.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

exit_code show_dead_letter(const std::string& text, session& here) {
  const auto id = read_dead_letter_id(text);
  if (!id) return here.fail(id.error());
  const auto shown = here.client().dead_letters().get(*id);
  if (!shown) return here.fail(shown.error());
  here.output().record(*shown, "event");
  return exit_code::done;
}

}  // namespace

void add_dlq_show(CLI::App& parent, command_action& chosen) {
  const auto id = std::make_shared<std::string>();
  auto* command = parent.add_subcommand("show", "Show one dead letter, with every attempt");
  command->add_option("id", *id, "The dead letter's id")->required();
  command->callback([id, &chosen] { chosen = [id](session& here) { return show_dead_letter(*id, here); }; });
}

}  // namespace eventmgr::evctl
