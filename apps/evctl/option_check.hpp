#pragma once

#include <eventmgr/error.hpp>

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr::evctl {

// What the values of options may be. They are checked while the command line is read, before anything else is done, so
// a value that an option cannot take is a usage error, whatever the option. What is not checked here is rejected later,
// with another exit status: what is data (JSON), and what goes by the broker's rules (topics, patterns, names, how
// long something may take).

/// Why a value is not taken: "takes a UUID, not 7".
std::string not_taken(const std::string& wanted, const std::string& text);

/// A value to which `holds` says yes, by a bool or by what it reads from it. `wanted` says what that is ("a UUID"),
/// `description` is put behind the option's type in the help.
template <class Holds>
CLI::Validator value_that(Holds holds, const std::string& wanted, const std::string& description = {}) {
  return {[holds = std::move(holds), wanted](std::string& text) {
            return holds(text) ? std::string{} : not_taken(wanted, text);
          },
          description};
}

/// One of these words.
CLI::Validator one_of(const std::vector<std::string>& words);

// For numbers. CLI11's own name the largest number there is as the other end of the range, and let pass what is none.
CLI::Validator positive_number();
CLI::Validator number_from_zero();
CLI::Validator number_between(double least, double most);
CLI::Validator zero_or_between(double least, double most);
/// Digits, as JSON has them.
CLI::Validator whole_number_between(std::uint64_t least, std::uint64_t most);

CLI::Validator duration_value();
CLI::Validator positive_duration();
CLI::Validator duration_between(std::chrono::milliseconds least, std::chrono::milliseconds most);

/// What `parse_moment` reads.
CLI::Validator moment_value();

CLI::Validator priority_value();
CLI::Validator uuid_value();
CLI::Validator position_value();

/// "Name: value"; the value may be empty.
CLI::Validator header_value();

/// The address of a daemon, and of a webhook's receiver.
CLI::Validator daemon_url();
CLI::Validator receiver_url();

/// Where a subscription delivers: http, https, ws or wss; and what stands in for its WebSocket: http or https. By the
/// broker's rules for their form; which of them is right is for the daemon to say, and which hosts may be reached.
CLI::Validator endpoint_url();
CLI::Validator fallback_url();

/// What webhooks are signed with.
CLI::Validator secret_value();

CLI::Validator not_empty();

/// The value may be empty, or what `otherwise` takes.
CLI::Validator empty_or(const CLI::Validator& otherwise);

/// What `parse` reads from the value of an option that was checked for it. Throws `error` where it was not.
template <class Parse>
auto option_value(Parse parse, const std::string& text) {
  auto value = parse(text);
  if (!value) throw error{failure{errc::invalid_request, "\"" + text + "\" is not what the option takes"}};
  return *std::move(value);
}

}  // namespace eventmgr::evctl
