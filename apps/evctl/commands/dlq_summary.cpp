#include "../command.hpp"
#include "../dead_letter_selection.hpp"
#include "../json_text.hpp"
#include "codec/object_writer.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

constexpr std::size_t names_shown = 3;

/// "a, b, c and 2 more" of [{"name":"a","count":1},...].
std::string names_in(const std::string& group, std::string_view pointer) {
  std::string text;
  const auto parts = element_texts(group, pointer);
  for (std::size_t at = 0; at < parts.size() && at < names_shown; ++at) {
    text += (at > 0 ? ", " : "") + member_text(parts[at], "/name").value_or("");
  }
  if (parts.size() > names_shown) text += " and " + std::to_string(parts.size() - names_shown) + " more";
  return text;
}

/// A group as a table shows it.
std::string write_row(const std::string& group) {
  std::string row;
  codec::object_writer out{row};
  out.text("subscriptions", names_in(group, "/subscriptions"));
  out.text("topics", names_in(group, "/topics"));
  for (const char* name : {"count", "reason", "oldest", "newest", "fingerprint"}) {
    out.text(name, member_text(group, "/" + std::string{name}).value_or(""));
  }
  out.end();
  return row;
}

exit_code summarise(const dead_letter_selection& filters, session& here) {
  const auto query = make_query(filters);
  if (!query) return here.fail(query.error());
  const auto summary = here.client().dead_letters().summary(*query);
  if (!summary) return here.fail(summary.error());
  const auto groups = element_texts(*summary, "/groups");
  auto& out = here.output();
  out.begin_list({{"COUNT", "/count", column::alignment::right},
                  {"WHAT FAILED", "/reason"},
                  {"SUBSCRIPTIONS", "/subscriptions"},
                  {"TOPICS", "/topics"},
                  {"OLDEST", "/oldest"},
                  {"NEWEST", "/newest"},
                  {"FINGERPRINT", "/fingerprint"}});
  for (const auto& group : groups) out.item(out.is_table() ? write_row(group) : group);
  out.end_list();
  if (out.is_table() && !groups.empty() && filters.state == "open") {
    here.say("to deliver one group again: evctl dlq requeue --all --fingerprint " +
             member_text(groups.front(), "/fingerprint").value_or("") + " --dry-run");
  }
  return exit_code::done;
}

}  // namespace

void add_dlq_summary(CLI::App& parent, command_action& chosen) {
  auto* command = parent.add_subcommand("summary", "Group dead letters by what failed, the largest group first");
  const auto filters = add_dead_letter_filters(*command, true);
  command->callback([filters, &chosen] { chosen = [filters](session& here) { return summarise(*filters, here); }; });
}

}  // namespace eventmgr::evctl
