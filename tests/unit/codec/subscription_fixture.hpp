#pragma once

#include "codec/subscription_codec.hpp"
#include "unit/codec/codec_fixture.hpp"

#include <string>
#include <string_view>

namespace eventmgr::codec {

inline const std::string test_secret = "whsec_" + std::string(32, 'A');  // 24 bytes
inline const std::string next_secret = "whsec_" + std::string(32, 'B');

inline definition_defaults test_defaults() {
  return {.retry = {.max_retries = 7, .strategy = backoff_strategy::linear}, .now = test_now};
}

/// The definition that a text is read as; the test ends if there is none.
inline subscription_definition defined(std::string_view json) {
  const auto outcome = parse_subscription(json, test_defaults());
  if (!outcome) FAIL(outcome.error().message);
  return *outcome;
}

/// A webhook with further members, each with a comma before it.
inline std::string webhook(const std::string& members) {
  return R"({"topic":"a","endpoint":"https://example.org/hook")" + members + '}';
}

/// A webhook with these options.
inline std::string with_options(const std::string& options) { return webhook(R"(,"options":)" + options); }

}  // namespace eventmgr::codec
