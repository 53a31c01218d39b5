#pragma once

#include "transport/common/http_message.hpp"

#include <eventmgr/error.hpp>

#include <chrono>
#include <optional>

namespace eventmgr::transport {

inline constexpr std::chrono::seconds longest_preferred_wait{60};

/// The preference `wait` of RFC 7240, brought within 1 s and `longest_preferred_wait`; nullopt if there is none. Where
/// it is given twice the first counts; other preferences are passed over, as the RFC has it. `invalid_request` for a
/// value that is no number of seconds.
result<std::optional<std::chrono::seconds>> preferred_wait(const header_fields& headers);

}  // namespace eventmgr::transport
