#pragma once

#include <eventmgr/event.hpp>

#include <string>

namespace eventmgr::codec {

/// Appends the event as a structured CloudEvent 1.0, as `render_delivery` says. What `read_cloudevent` read from gives
/// its attributes, extensions and data back.
void append_cloudevent(std::string& out, const event& given);

}  // namespace eventmgr::codec
