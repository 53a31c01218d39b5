#include "broker/missing_event.hpp"

namespace eventmgr {

failure missing_event(event_store& store, event_id id) {
  failure why{.code = errc::not_found, .message = "no event " + to_string(id)};
  if (const auto waiting = store.find_scheduled(id)) {
    why.message =
        "event " + to_string(id) + " is not published yet: it is scheduled for " + format_rfc3339(waiting->due);
  }
  return why;
}

}  // namespace eventmgr
