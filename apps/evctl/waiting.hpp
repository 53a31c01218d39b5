#pragma once

#include <eventmgr/interrupt.hpp>

#include <chrono>

namespace eventmgr::evctl {

/// Waits so long. False, and at once, when the interrupt is raised.
bool wait_for(std::chrono::milliseconds duration, const client::interrupt& stop) noexcept;

}  // namespace eventmgr::evctl
