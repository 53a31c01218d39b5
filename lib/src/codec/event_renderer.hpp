#pragma once

#include <eventmgr/event.hpp>

#include <string>

namespace eventmgr::codec {

/// Appends what `to_json(event)` gives.
void append_json(std::string& out, const event& value);

}  // namespace eventmgr::codec
