#pragma once

#include "codec/event_decoder.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace eventmgr::codec {

inline const time_point test_now{std::chrono::milliseconds{1'767'322'245'678}};  // 2026-01-02T02:50:45.678Z

inline decode_options test_options() {
  decode_options options;
  options.now = test_now;
  return options;
}

/// The event that a body is decoded to; the test ends if there is none.
inline event decoded(std::string body, const decode_options& options = test_options()) {
  const decoded_event outcome = decode_event(body, options);
  if (!outcome) FAIL(outcome.error().message);
  return **outcome;
}

/// Why an outcome failed; the test ends if it did not.
template <class T>
failure refusal(const result<T>& outcome) {
  if (outcome.has_value()) FAIL("nothing was refused");
  return outcome.error();
}

inline failure refused(std::string body, const decode_options& options = test_options()) {
  return refusal(decode_event(body, options));
}

/// The messages by their pointers.
inline std::map<std::string, std::string> problems_of(const failure& reason) {
  std::map<std::string, std::string> found;
  for (const problem& each : reason.details) found.emplace(each.pointer, each.message);
  return found;
}

}  // namespace eventmgr::codec
