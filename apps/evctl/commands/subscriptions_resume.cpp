#include "../command.hpp"
#include "number_check.hpp"

#include <CLI/CLI.hpp>

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
};

client::resume_mode mode_of(const resume_options& options) {
  if (options.skip) return client::resume_mode::skip;
  return options.last ? client::resume_mode::last : client::resume_mode::drain;
}

exit_code resume_subscription(const resume_options& options, session& here) {
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
  command->callback(
      [options, &chosen] { chosen = [options](session& here) { return resume_subscription(*options, here); }; });
}

}  // namespace eventmgr::evctl
