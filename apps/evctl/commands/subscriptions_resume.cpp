#include "../command.hpp"
#include "../consent.hpp"
#include "../long_work.hpp"
#include "../option_check.hpp"
#include "codec/object_writer.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace eventmgr::evctl {
namespace {

struct resume_options {
  std::string which{};
  bool skip{false};
  std::optional<std::uint64_t> last{};
  bool dry_run{false};
  bool yes{false};
};

client::resume_mode mode_of(const resume_options& options) {
  if (options.skip) return client::resume_mode::skip;
  return options.last ? client::resume_mode::last : client::resume_mode::drain;
}

/// Nothing if it may be resumed, else what to exit with. Where nothing is skipped nobody is asked.
std::optional<exit_code> before_resume(const resume_options& options, session& here) {
  const bool skips = options.skip || options.last;
  if (!options.dry_run && (options.yes || !skips)) return std::nullopt;
  const auto stats = here.client().subscriptions().stats(options.which);
  if (!stats) return here.fail(stats.error());
  const auto waiting = number_at(*stats, "/totalLag");
  const auto skipped = skips ? waiting - std::min(waiting, options.last.value_or(0)) : 0;
  if (options.dry_run) {
    std::string out;
    codec::object_writer would{out};
    would.flag("dryRun", true);
    would.text("subscription", options.which);
    would.number("waiting", waiting);
    would.number("skipped", skipped);
    would.end();
    here.output().record(out);
    return exit_code::done;
  }
  const auto question = "Skip " + std::to_string(skipped) + " of the " + std::to_string(waiting) +
                        " events that wait for " + printable(options.which) + "?";
  return ask_consent(false, question, "nothing was skipped, and it was not resumed", here);
}

exit_code resume_subscription(const resume_options& options, session& here) {
  if (const auto end = before_resume(options, here)) return *end;
  const auto resumed = here.client().subscriptions().resume(options.which, mode_of(options), options.last.value_or(0));
  if (!resumed) return here.fail(resumed.error());
  here.output().record(*resumed, "options");
  return exit_code::done;
}

}  // namespace

void add_subscriptions_resume(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<resume_options>();
  auto* command = parent.add_subcommand("resume", "Deliver again, beginning with what came meanwhile");
  command->add_option("name", options->which, "The subscription's name or id")->required();
  auto* skip = command->add_flag("--skip", options->skip, "Skip what came meanwhile");
  command->add_option("--last", options->last, "Skip all of it but the newest so many events")
      ->type_name("N")
      ->check(positive_number())
      ->excludes(skip);
  command->add_flag("--dry-run", options->dry_run, "Only say how many events wait, and how many would be skipped");
  command->add_flag("--yes", options->yes, "Do not ask");
  command->callback(
      [options, &chosen] { chosen = [options](session& here) { return resume_subscription(*options, here); }; });
}

}  // namespace eventmgr::evctl
