#include "../clock_text.hpp"
#include "../command.hpp"
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
};

result<std::string> write_target(const seek_options& options) {
  std::string out;
  codec::object_writer target{out};
  if (options.seq) {
    target.number("seq", *options.seq);
  } else if (!options.position.empty()) {
    target.text("position", options.position);
  } else if (options.to == "now" || options.to == "earliest") {
    target.text("time", options.to);
  } else {
    const auto at = read_moment("--to", options.to);
    if (!at) return at.error();
    target.time("time", *at);
  }
  target.end();
  return out;
}

exit_code seek_subscription(const seek_options& options, session& here) {
  const auto target = write_target(options);
  if (!target) return here.fail(target.error());
  const auto moved = here.client().subscriptions().seek(options.which, *target);
  if (!moved) return here.fail(moved.error());
  here.output().record(*moved, "options");
  return exit_code::done;
}

}  // namespace

void add_subscriptions_seek(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<seek_options>();
  auto* command = parent.add_subcommand("seek", "Deliver everything from a place on, also what was delivered before");
  command->add_option("name", options->which, "The subscription's name or id")->required();
  auto* to = command->add_option("--to", options->to, "now, earliest, a time, or so long ago (5m)")->type_name("WHEN");
  auto* position =
      command->add_option("--position", options->position, "After a position")->type_name("TEXT")->excludes(to);
  command->add_option("--seq", options->seq, "With an event's offset; only where there is one partition")
      ->type_name("N")
      ->excludes(to)
      ->excludes(position);
  command->callback([options, &chosen] {
    if (options->to.empty() && options->position.empty() && !options->seq) {
      throw CLI::RequiredError{"--to, --position or --seq"};
    }
    chosen = [options](session& here) { return seek_subscription(*options, here); };
  });
}

}  // namespace eventmgr::evctl
