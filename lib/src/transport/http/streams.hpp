#pragma once

#include "transport/http/api.hpp"

namespace eventmgr::transport {

/// GET /events/stream: server-sent events.
void stream_events(api& calls, call& item);

/// GET /ws and its other names: hands the connection to the WebSocket side.
void open_websocket(api& calls, call& item);

}  // namespace eventmgr::transport
