#pragma once

#include <eventmgr/error.hpp>
#include <eventmgr/topic.hpp>

#include <optional>
#include <string>

namespace eventmgr::transport {

/// The body of a call that declares a topic.
struct topic_body {
  std::optional<topic_name> topic{};
  std::string description{};
};

/// Reads `{"topic":..,"description":..}`; both may be left out. `json` needs 64 bytes of spare capacity. Fails with
/// `malformed_json`, or with `invalid_request` naming everything that is wrong.
result<topic_body> parse_topic_body(const std::string& json);

}  // namespace eventmgr::transport
