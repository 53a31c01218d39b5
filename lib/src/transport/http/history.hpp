#pragma once

#include "transport/http/api.hpp"

namespace eventmgr::transport {

/// GET /events and /events/query: a page of history.
void list_events(api& calls, call& item);

/// GET /topics/{topic}/events: a page of one topic's history.
void list_topic_events(api& calls, call& item);

/// GET /events/{id}
void get_event(api& calls, call& item);

}  // namespace eventmgr::transport
