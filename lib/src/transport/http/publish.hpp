#pragma once

#include "transport/http/api.hpp"

namespace eventmgr::transport {

/// POST /events: one event, native or CloudEvent (structured or binary).
void publish_event(api& calls, call& item);

/// POST /events/batch: JSON, NDJSON or a CloudEvents batch.
void publish_batch(api& calls, call& item);

}  // namespace eventmgr::transport
