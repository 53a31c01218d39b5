#include "../command.hpp"
#include "../consent.hpp"
#include "../dead_letter_selection.hpp"
#include "../input.hpp"
#include "../json_text.hpp"
#include "../long_work.hpp"
#include "../option_check.hpp"
#include "../payload_edit.hpp"
#include "../requeue_work.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace eventmgr::evctl {
namespace {

struct requeue_options {
  std::shared_ptr<dead_letter_choice> which{};
  std::optional<std::string> patch{};
  bool edit{false};
  std::optional<std::uint64_t> limit{};
  std::uint32_t canary{0};
  double rate{0};
  std::uint64_t stop_on_failures{0};
  bool dry_run{false};
  bool yes{false};
  bool wait{false};
};

result<requeue_request> make_request(const requeue_options& options, session& here) {
  requeue_request request;
  auto which = make_query(*options.which);
  if (!which) return which.error();
  request.which = *std::move(which);
  request.limit = options.limit;
  request.canary = options.canary;
  request.rate_per_second = options.rate;
  request.stop_on_failures = options.stop_on_failures;
  if (options.patch) {
    auto patch = read_json_argument("--patch", *options.patch, here.stop());
    if (!patch) return patch.error();
    request.patch = *std::move(patch);
  }
  // That each of them is there, before anything is changed.
  for (const auto id : request.which.ids) {
    const auto found = here.client().dead_letters().get(id);
    if (!found) return found.error();
    const auto state = member_text(*found, "/state").value_or("");
    if (state != "open") return failure{errc::conflict, "dead letter " + to_string(id) + " is " + state + ", not open"};
    if (!options.edit) continue;
    auto patch = edit_payload(member_text(*found, "/event/payload").value_or("{}"), here);
    if (!patch) return patch.error();
    request.patch = *std::move(patch);
  }
  return request;
}

/// Nothing if the plan may be made, else what to exit with.
std::optional<exit_code> look_ahead(const requeue_options& options, const requeue_request& request, session& here) {
  if (!options.dry_run && !request.which.ids.empty()) return std::nullopt;
  const auto preview = here.client().dead_letters().preview_requeue(request);
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
  const auto oldest = member_text(*preview, "/oldest").value_or("");
  const auto question = "Deliver " + std::to_string(matched) + (matched == 1 ? " dead letter" : " dead letters") +
                        ", the oldest of " + oldest + ", again?";
  return ask_consent(options.yes, question, "nothing was requeued", here);
}

exit_code requeue(const requeue_options& options, session& here) {
  if (options.edit && !here.is_interactive()) {
    here.say("--edit needs a terminal; --patch takes the change as a JSON merge patch");
    return exit_code::usage;
  }
  const auto request = make_request(options, here);
  if (!request) return here.fail(request.error());
  if (const auto end = look_ahead(options, *request, here)) return *end;
  const auto plan = here.client().dead_letters().requeue(*request);
  if (!plan) return here.fail(plan.error());
  const auto id = requeue_id::parse(member_text(*plan, "/planId").value_or(""));
  if (!options.wait || !id) {
    here.output().record(*plan, "request");
    return exit_code::done;
  }
  return watch_requeue(*id, here);
}

void check_options(const CLI::App& command, const requeue_options& options) {
  check_choice(command, *options.which);
  if (!options.edit) return;
  if (options.patch) throw CLI::ExcludesError{"--edit", "--patch"};
  if (options.which->ids.size() != 1) throw CLI::RequiredError{"--edit: one id"};
}

}  // namespace

void add_dlq_requeue(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<requeue_options>();
  auto* command = parent.add_subcommand("requeue", "Deliver dead letters again, by a plan that the daemon keeps");
  options->which = add_dead_letter_choice(*command);
  command->add_flag("--edit", options->edit, "Change the payload of one in $VISUAL or $EDITOR first");
  command->add_option("--patch", options->patch, "Change each payload by a JSON merge patch; @FILE reads it")
      ->type_name("JSON");
  command->add_option("--limit", options->limit, "At most so many, the oldest")
      ->type_name("N")
      ->check(positive_number());
  command->add_option("--canary", options->canary, "So many first; the others only if all of these are delivered")
      ->type_name("N")
      ->check(number_between(1, requeue_request::max_canary));
  command->add_option("--rate", options->rate, "So many a second")
      ->type_name("N")
      ->check(number_between(requeue_request::min_rate, requeue_request::max_rate));
  command->add_option("--stop-on-failures", options->stop_on_failures, "Stop once so many have failed again")
      ->type_name("N")
      ->check(positive_number());
  command->add_flag("--dry-run", options->dry_run, "Only count what would be delivered, and say how old it is");
  command->add_flag("--yes", options->yes, "Do not ask");
  command->add_flag("--wait", options->wait, "Wait for the end, and exit with 8 if only part was delivered");
  command->callback([options, command, &chosen] {
    check_options(*command, *options);
    chosen = [options](session& here) { return requeue(*options, here); };
  });
}

}  // namespace eventmgr::evctl
