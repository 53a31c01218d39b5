#pragma once

#include "ports/event_store.hpp"

namespace eventmgr::sqlite {

class reader;
struct topic_selection;

/// Serves `event_store::read_log`. Looks at no offset above `head`, and at a bounded number of rows: where few match,
/// the page says how far it got. `topics` is what the request's patterns select. Throws `sqlite_failure`.
log_page read_log(reader& from, const log_request& request, offset head, const topic_selection& topics);

/// Serves `event_store::read_events`. Looks at no offset above `head`. Throws `sqlite_failure`.
place_page read_events(reader& from, const place_request& request, offset head);

}  // namespace eventmgr::sqlite
