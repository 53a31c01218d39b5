#pragma once

#include "core/normalise.hpp"

#include <eventmgr/event.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::codec {

struct decode_options {
  event_limits limits{};
  std::uint32_t max_batch{1000};
  time_point now{};
};

/// One event of a request: normalised and ready to be stored, or why not (`invalid_event`, `too_large`).
using decoded_event = result<std::shared_ptr<event>>;

/// How a batch is spelt.
enum class batch_format : std::uint8_t {
  json,               ///< `{"events":[...]}` or a bare array
  ndjson,             ///< a line an event; empty lines are passed over
  cloudevents_batch,  ///< an array of CloudEvents, structured
};

/// Reads one event: native, or a structured CloudEvent if it has `specversion`. `body` may be changed (its spare
/// capacity is used as padding). Fails with `malformed_json` (no JSON, invalid UTF-8), `invalid_event`, `too_large` or
/// `invalid_request` (nested too deeply).
decoded_event decode_event(std::string& body, const decode_options& options);

/// Reads one structured CloudEvent 1.0 (application/cloudevents+json).
decoded_event decode_cloudevent(std::string& body, const decode_options& options);

/// An attribute of a binary CloudEvent: the name without "ce-", in lower case, and its value, percent-decoded.
struct cloudevent_attribute {
  std::string name;
  std::string value;
};

/// Reads a binary CloudEvent: attributes from headers, data from the body.
decoded_event decode_binary_cloudevent(const std::vector<cloudevent_attribute>& attributes,
                                       std::string_view content_type, std::string& body, const decode_options& options);

/// Reads a batch: a result for each event, in order. Fails as a whole with `malformed_json`, `too_large` (too many) or
/// `invalid_request` (not of the form). In NDJSON a malformed line fails alone. An element may be a CloudEvent in any
/// format: it is one if it has `specversion`.
result<std::vector<decoded_event>> decode_batch(std::string& body, batch_format format, const decode_options& options);

}  // namespace eventmgr::codec
