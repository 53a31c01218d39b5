#pragma once

#include "transport/http/api.hpp"

namespace eventmgr::transport {

/// POST /subscriptions/{subscription}/pull: waits for events as long as the client asks, and stays connected.
void pull_events(api& calls, call& item);

/// POST /subscriptions/{subscription}/ack: what became of events that were pulled.
void acknowledge_events(api& calls, call& item);

}  // namespace eventmgr::transport
