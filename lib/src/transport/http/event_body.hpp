#pragma once

#include "codec/event_decoder.hpp"
#include "transport/http/api.hpp"

namespace eventmgr::transport {

/// How the daemon takes events, now.
codec::decode_options decode_options_for(const api& calls);

/// Reads the one event that a request carries, as plain JSON or as a CloudEvent, structured or binary: normalised and
/// ready to be stored. May change the body. Also fails with `unsupported_media_type`.
codec::decoded_event read_event_body(const api& calls, http_request& request);

}  // namespace eventmgr::transport
