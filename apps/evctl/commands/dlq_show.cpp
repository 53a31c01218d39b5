#include "../command.hpp"
#include "../json_text.hpp"
#include "../option_check.hpp"

#include <eventmgr/dead_letter.hpp>

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

/// On a terminal the attempts are a table below the rest.
void print_dead_letter(const std::string& letter, printer& out) {
  out.record(out.is_table() ? without_member(letter, "attempts") : letter, "event");
  const auto attempts = element_texts(letter, "/attempts");
  if (!out.is_table() || attempts.empty()) return;
  out.line("");
  constexpr auto right = column::alignment::right;
  out.begin_list({{"AT", "/at"},
                  {"ATTEMPT", "/attempt", right},
                  {"ORIGIN", "/origin"},
                  {"STATUS", "/status", right},
                  {"MS", "/durationMs", right},
                  {"ERROR", "/error"}});
  for (const auto& attempt : attempts) out.item(attempt);
  out.end_list();
}

exit_code show_dead_letter(const std::string& id, session& here) {
  const auto shown = here.client().dead_letters().get(option_value(dead_letter_id::parse, id));
  if (!shown) return here.fail(shown.error());
  print_dead_letter(*shown, here.output());
  return exit_code::done;
}

}  // namespace

void add_dlq_show(CLI::App& parent, command_action& chosen) {
  const auto id = std::make_shared<std::string>();
  auto* command = parent.add_subcommand("show", "Show one dead letter, with every attempt");
  command->add_option("id", *id, "The dead letter's id")->required()->check(uuid_value());
  command->callback([id, &chosen] { chosen = [id](session& here) { return show_dead_letter(*id, here); }; });
}

}  // namespace eventmgr::evctl
