#pragma once

#include "transport/common/http_message.hpp"

#include <eventmgr/error.hpp>

#include <optional>

namespace eventmgr::transport {

/// `unsupported_media_type` unless a request's body is sent as JSON: uncompressed, in UTF-8.
std::optional<failure> check_json_body(const http_request& request);

/// The same for a call whose body may be left out, and its type with it.
std::optional<failure> check_optional_json_body(const http_request& request);

/// The same for a JSON merge patch (RFC 7396), which may also be sent as plain JSON.
std::optional<failure> check_merge_patch_body(const http_request& request);

/// `invalid_request` if a call that takes no body is sent more than `{}`.
std::optional<failure> check_no_body(const http_request& request);

}  // namespace eventmgr::transport
