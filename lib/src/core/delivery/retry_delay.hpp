#pragma once

#include <eventmgr/subscription.hpp>

#include <chrono>
#include <cstdint>

namespace eventmgr {

/// How long to wait before retry `retry`, from 1: fixed d, linear d·k, exponential d·2^(k-1), each capped by
/// `max_delay`; with jitter uniform between its half and itself. `random` is drawn from [0, 1).
std::chrono::milliseconds retry_delay(const retry_policy& policy, std::uint32_t retry, double random) noexcept;

}  // namespace eventmgr
