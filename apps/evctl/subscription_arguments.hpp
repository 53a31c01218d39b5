#pragma once

#include "session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace eventmgr::evctl {

/// What a durable subscription is described with on the command line. Only what is given is sent, so that the daemon's
/// defaults hold for the rest.
struct subscription_arguments {
  std::optional<std::string> name{};
  std::vector<std::string> topics{};
  std::optional<std::string> channel{};
  std::optional<std::string> endpoint{};
  std::optional<std::string> filter{};
  std::optional<std::string> description{};

  std::optional<std::string> priority{};
  std::optional<std::string> batch_size{};
  std::optional<std::string> batch_wait{};
  std::optional<std::string> max_concurrency{};
  std::optional<std::string> ordering{};
  std::optional<std::string> ack_timeout{};
  std::optional<std::string> max_retries{};
  std::optional<std::string> backoff{};
  std::optional<std::string> initial_delay{};
  std::optional<std::string> max_delay{};
  std::optional<bool> jitter{};
  std::optional<std::string> dead_letter_topic{};
  std::optional<std::string> rate_limit{};
  std::optional<std::string> start_from{};
  std::optional<bool> realtime{};
  std::optional<std::string> fallback_webhook{};
  std::optional<std::string> format{};
  std::optional<std::string> secret_file{};
  std::vector<std::string> headers{};
  std::optional<bool> compression{};
  std::optional<std::string> delivery_log{};
  std::optional<std::string> max_backlog{};
  std::optional<std::string> max_backlog_age{};
};

/// What empty text, and a header without a value, mean.
enum class empty_text {
  refused,  ///< by every option of the command
  resets,   ///< the option goes back to its default, as null does in a merge patch; but for one that takes one of a few
            ///< words, which refuses it
};

/// Adds the options of what can also be changed later.
void add_subscription_options(CLI::App& command, subscription_arguments& into, empty_text empty);

/// Adds the options of what is fixed at creation.
void add_creation_options(CLI::App& command, subscription_arguments& into);

/// The JSON object for what was given; empty text is null. Reads the files that it names. Fails with `invalid_request`
/// or `malformed_json` for these, naming the option.
result<std::string> write_subscription(const subscription_arguments& given, session& here);

}  // namespace eventmgr::evctl
