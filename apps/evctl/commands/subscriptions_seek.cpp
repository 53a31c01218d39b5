#include "../clock_text.hpp"
#include "../command.hpp"
#include "../consent.hpp"
#include "../long_work.hpp"
#include "../option_check.hpp"
#include "codec/object_writer.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace eventmgr::evctl {
namespace {

struct seek_options {
  std::string which{};
  std::string to{};
  std::string position{};
  std::optional<std::uint64_t> seq{};
  bool dry_run{false};
  bool yes{false};
};

bool is_end(const std::string& text) { return text == "now" || text == "earliest"; }

std::string write_target(const seek_options& options) {
  std::string out;
  codec::object_writer target{out};
  if (options.seq) {
    target.number("seq", *options.seq);
  } else if (!options.position.empty()) {
    target.text("position", options.position);
  } else if (is_end(options.to)) {
    target.text("time", options.to);
  } else {
    target.time("time", option_value(parse_moment, options.to));
  }
  target.end();
  return out;
}

std::string seek_question(const seek_options& options, std::uint64_t waiting) {
  const auto count = std::to_string(waiting);
  const auto name = printable(options.which);
  if (options.to == "now") return "Skip all " + count + " events that wait for " + name + "?";
  return count + " events wait for " + name +
         ". Move it, skip what is before that place, and deliver again what is after?";
}

/// Nothing if it may be moved, else what to exit with.
std::optional<exit_code> before_seek(const seek_options& options, const std::string& target, session& here) {
  if (options.yes && !options.dry_run) return std::nullopt;
  const auto stats = here.client().subscriptions().stats(options.which);
  if (!stats) return here.fail(stats.error());
  const auto waiting = number_at(*stats, "/totalLag");
  if (!options.dry_run) return ask_consent(false, seek_question(options, waiting), "it was not moved", here);
  std::string out;
  codec::object_writer would{out};
  would.flag("dryRun", true);
  would.text("subscription", options.which);
  would.key("to") += target;
  would.number("waiting", waiting);
  // Of the places that can be named the two ends alone say what becomes of these.
  if (options.to == "now") would.number("skipped", waiting);
  if (options.to == "earliest") would.number("skipped", 0);
  would.end();
  here.output().record(out);
  return exit_code::done;
}

exit_code seek_subscription(const seek_options& options, session& here) {
  const auto target = write_target(options);
  if (const auto end = before_seek(options, target, here)) return *end;
  const auto moved = here.client().subscriptions().seek(options.which, target);
  if (!moved) return here.fail(moved.error());
  here.output().record(*moved, "options");
  return exit_code::done;
}

}  // namespace

void add_subscriptions_seek(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<seek_options>();
  auto* command = parent.add_subcommand("seek", "Deliver everything from a place on, also what was delivered before");
  command->add_option("name", options->which, "The subscription's name or id")->required();
  const auto is_place = [](const std::string& text) { return is_end(text) || parse_moment(text); };
  auto* to = command->add_option("--to", options->to, "now, earliest, a time, or so long ago (5m)")
                 ->type_name("WHEN")
                 ->check(value_that(is_place,
                                    "now, earliest, a time such as 2026-01-02T03:04:05Z or a duration back from now "
                                    "such as 5m"));
  auto* position = command->add_option("--position", options->position, "After a position")
                       ->type_name("TEXT")
                       ->check(position_value())
                       ->excludes(to);
  command->add_option("--seq", options->seq, "With an event's offset; only where there is one partition")
      ->type_name("N")
      ->check(number_from_zero())
      ->excludes(to)
      ->excludes(position);
  command->add_flag("--dry-run", options->dry_run, "Only say how many events wait, and where it would be moved");
  command->add_flag("--yes", options->yes, "Do not ask");
  command->callback([options, &chosen] {
    if (options->to.empty() && options->position.empty() && !options->seq) {
      throw CLI::RequiredError{"--to, --position or --seq"};
    }
    chosen = [options](session& here) { return seek_subscription(*options, here); };
  });
}

}  // namespace eventmgr::evctl
