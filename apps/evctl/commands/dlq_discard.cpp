#include "../command.hpp"
#include "../consent.hpp"
#include "../dead_letter_selection.hpp"
#include "../long_work.hpp"
#include "../option_check.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace eventmgr::evctl {
namespace {

struct discard_options {
  std::shared_ptr<dead_letter_choice> which{};
  std::optional<std::uint64_t> limit{};
  bool dry_run{false};
  bool yes{false};
};

/// That each of them is there, before anything is changed.
result<void> look_up(const dead_letter_query& query, session& here) {
  for (const auto id : query.ids) {
    if (const auto found = here.client().dead_letters().get(id); !found) return found.error();
  }
  return {};
}

exit_code discard(const discard_options& options, session& here) {
  const auto query = make_query(*options.which);
  if (!query) return here.fail(query.error());
  if (const auto found = look_up(*query, here); !found) return here.fail(found.error());
  const auto preview = here.client().dead_letters().purge(*query, true, options.limit);
  if (!preview) return here.fail(preview.error());
  if (options.dry_run) {
    here.output().record(*preview);
    return exit_code::done;
  }
  const auto matched = number_at(*preview, "/matched");
  if (matched == 0) {
    here.say("no open dead letter matches");
    return exit_code::failed;
  }
  if (matched < query->ids.size()) {
    here.say(std::to_string(query->ids.size() - matched) + " of them are not open, and stay as they are");
  }
  const auto question = "Discard " + std::to_string(matched) + (matched == 1 ? " dead letter" : " dead letters") + "?";
  if (const auto refused = ask_consent(options.yes, question, "nothing was discarded", here)) return *refused;
  const auto done = here.client().dead_letters().purge(*query, false, options.limit);
  if (!done) return here.fail(done.error());
  here.output().record(*done);
  return exit_code::done;
}

}  // namespace

void add_dlq_discard(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<discard_options>();
  auto* command = parent.add_subcommand("discard", "Give dead letters up for good");
  options->which = add_dead_letter_choice(*command);
  command->add_option("--limit", options->limit, "With --all: at most so many, the oldest")
      ->type_name("N")
      ->check(positive_number())
      ->needs(command->get_option("--all"));
  command->add_flag("--dry-run", options->dry_run, "Only count what would be discarded");
  command->add_flag("--yes", options->yes, "Do not ask");
  command->callback([options, command, &chosen] {
    check_choice(*command, *options->which);
    chosen = [options](session& here) { return discard(*options, here); };
  });
}

}  // namespace eventmgr::evctl
