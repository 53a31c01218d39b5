#include "../command.hpp"
#include "../json_text.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <chrono>
#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

/// How long an attempt of the subscription may take.
std::chrono::milliseconds ack_timeout_of(const std::string& subscription) {
  const auto text = member_text(subscription, "/options/ackTimeoutMs").value_or("");
  std::chrono::milliseconds::rep count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return std::chrono::milliseconds{count};
}

exit_code test_subscription(const std::string& name, session& here) {
  auto calls = here.client().subscriptions();
  const auto known = calls.get(name);
  if (!known) return here.fail(known.error());
  const auto attempt = calls.test(name, ack_timeout_of(*known));
  if (!attempt) return here.fail(attempt.error());
  here.output().record(*attempt, "metadata");
  return member_text(*attempt, "/success") == "true" ? exit_code::done : exit_code::failed;
}

}  // namespace

void add_subscriptions_test(CLI::App& parent, command_action& chosen) {
  const auto name = std::make_shared<std::string>();
  auto* command =
      parent.add_subcommand("test", "Send one made-up event to its receiver; exit with 1 when that does not take it");
  command->add_option("name", *name, "The subscription's name or id")->required();
  command->callback([name, &chosen] { chosen = [name](session& here) { return test_subscription(*name, here); }; });
}

}  // namespace eventmgr::evctl
