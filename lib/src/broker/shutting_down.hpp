#pragma once

#include <eventmgr/error.hpp>

namespace eventmgr {

/// What is answered to whoever asks for more than a broker that drains still does.
inline failure shutting_down() { return {.code = errc::shutting_down, .message = "the broker is shutting down"}; }

}  // namespace eventmgr
