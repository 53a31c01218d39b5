#pragma once

#include "transport/common/http_message.hpp"

#include <eventmgr/error.hpp>

#include <string>
#include <string_view>

namespace eventmgr::transport {

/// The HTTP status of a failure, as 400 for `invalid_event`.
unsigned http_status(errc code) noexcept;

/// The phrase of a status line, as "Not Found"; "Unknown" for a status that this program does not use.
std::string_view reason_phrase(unsigned status) noexcept;

/// Appends `{"code":..,"message":..,"details":[{"pointer":..,"message":..}]}`.
void append_error(std::string& out, const failure& why);

/// An answer of RFC 9457, with `Retry-After` where trying again may help. `target` is the request's, its path becomes
/// `instance`. `status` overrides that of the code where HTTP has a more exact one (408, 426, 431, 501).
http_response problem_response(const failure& why, std::string_view target, unsigned status);
http_response problem_response(const failure& why, std::string_view target);

}  // namespace eventmgr::transport
