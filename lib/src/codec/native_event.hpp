#pragma once

#include "codec/event_draft.hpp"
#include "codec/member_list.hpp"

#include <span>

namespace eventmgr::codec {

/// Reads an event in the broker's own form. Takes the text out of the members.
event_draft read_native_event(std::span<member> members);

}  // namespace eventmgr::codec
