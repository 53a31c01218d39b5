#include "../command.hpp"
#include "../option_check.hpp"
#include "../record_pages.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace eventmgr::evctl {
namespace {

struct attempts_options {
  std::string which{};
  std::string event{};
  std::uint64_t limit{100};
  bool all{false};
};

exit_code list_attempts(const attempts_options& options, session& here) {
  const auto event = event_id::parse(options.event);
  const auto source = [&](const std::string& cursor, std::uint32_t limit) {
    return here.client().subscriptions().attempts(options.which, event, cursor, limit);
  };
  return print_pages({{"AT", "/at"},
                      {"EVENT", "/eventId"},
                      {"SEQ", "/seq", column::alignment::right},
                      {"ATTEMPT", "/attempt", column::alignment::right},
                      {"SUCCESS", "/success"},
                      {"STATUS", "/status", column::alignment::right},
                      {"MS", "/durationMs", column::alignment::right},
                      {"ERROR", "/error"}},
                     source, options.all ? every_record : options.limit, here);
}

}  // namespace

void add_subscriptions_attempts(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<attempts_options>();
  auto* command = parent.add_subcommand("attempts", "List the attempts to deliver that are kept, newest first");
  command->add_option("name", options->which, "The subscription's name or id")->required();
  command->add_option("--event", options->event, "Only those of this event")->type_name("UUID")->check(uuid_value());
  auto* limit = command->add_option("--limit", options->limit, "At most so many attempts")
                    ->type_name("N")
                    ->capture_default_str()
                    ->check(positive_number());
  command->add_flag("--all", options->all, "Every attempt that is kept")->excludes(limit);
  command->callback(
      [options, &chosen] { chosen = [options](session& here) { return list_attempts(*options, here); }; });
}

}  // namespace eventmgr::evctl
