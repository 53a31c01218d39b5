#include "deletion.hpp"

#include "consent.hpp"
#include "terminal.hpp"

#include <CLI/CLI.hpp>

#include <optional>

namespace eventmgr::evctl {
namespace {

exit_code delete_found(const std::vector<std::string>& names, const deletion& how, const session& here) {
  std::size_t deleted = 0;
  std::optional<errc> first_failure;
  for (const auto& name : names) {
    if (const auto done = how.remove(name)) {
      ++deleted;
      here.say("deleted " + name);
    } else {
      here.fail(done.error());
      if (!first_failure) first_failure = done.error().code;
    }
  }
  if (!first_failure) return exit_code::done;
  return deleted > 0 ? exit_code::partly : exit_code_for(*first_failure);
}

}  // namespace

void add_deletion_options(CLI::App& command, deletion_options& options) {
  command.add_flag("--dry-run", options.dry_run, "Only say what would be deleted");
  command.add_flag("--yes", options.yes, "Do not ask");
}

exit_code delete_named(const deletion_options& options, const deletion& how, session& here) {
  std::vector<std::string> names;
  for (const auto& name : options.names) {
    auto found = how.look_up(name);
    if (!found) return here.fail(found.error());
    names.push_back(*std::move(found));
  }
  if (options.dry_run) {
    for (const auto& name : names) here.say("would delete " + name);
    return exit_code::done;
  }
  std::string question = how.question;
  for (const auto& name : names) question += " " + printable(name);
  if (const auto refused = ask_consent(options.yes, question + "?", "nothing was deleted", here)) return *refused;
  return delete_found(names, how, here);
}

}  // namespace eventmgr::evctl
