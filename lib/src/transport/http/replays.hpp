#pragma once

#include "transport/http/api.hpp"

namespace eventmgr::transport {

/// POST /replay: begins one, or counts what it would deliver.
void start_replay(api& calls, call& item);

/// GET /replay
void list_replays(api& calls, call& item);

/// GET, DELETE /replay/{id}
void get_replay(api& calls, call& item);
void cancel_replay(api& calls, call& item);

}  // namespace eventmgr::transport
