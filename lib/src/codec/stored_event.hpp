#pragma once

#include <eventmgr/event.hpp>

#include <string>

namespace eventmgr::codec {

/// Reads an event back from what `to_json(event)` wrote, as a client does. Members that it does not know are passed
/// over: a later release may send them. `text` may grow spare capacity. Fails with `malformed_json`, or with
/// `invalid_event` if a member is missing or of the wrong kind.
result<event> parse_event_json(std::string& text);

}  // namespace eventmgr::codec
