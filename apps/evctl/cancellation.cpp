#include "cancellation.hpp"

#include "consent.hpp"

#include <CLI/CLI.hpp>

namespace eventmgr::evctl {

void add_cancel_options(CLI::App& command, cancel_options& options) {
  command.add_flag("--dry-run", options.dry_run, "Only say what would be left undone");
  command.add_flag("--yes", options.yes, "Do not ask");
}

exit_code cancel_work(const cancel_options& options, const cancellation& work, session& here) {
  if (work.over) return here.fail(failure{errc::conflict, work.name + " has ended"});
  const auto left = std::to_string(work.left) + " of its " + std::to_string(work.total) + " " + work.items + " left";
  if (options.dry_run) {
    here.say("would cancel " + work.name + ", with " + left);
    return exit_code::done;
  }
  const auto question = "Cancel " + work.name + ", with " + left + "?";
  if (const auto refused = ask_consent(options.yes, question, "nothing was cancelled", here)) return *refused;
  const auto cancelled = work.cancel();
  if (!cancelled) return here.fail(cancelled.error());
  here.say("cancelled " + work.name);
  return exit_code::done;
}

}  // namespace eventmgr::evctl
