#pragma once

#include "transport/common/http_message.hpp"
#include "transport/ws/ws_options.hpp"

#include <string>
#include <variant>

namespace eventmgr::transport {

/// A handshake that may go ahead.
struct ws_upgrade {
  std::string answer{};        ///< the whole 101 response
  int deflate_window_bits{0};  ///< 0: no permessage-deflate
};

/// Judges an opening handshake (RFC 6455 section 4.2). What is refused is answered 400, 403 (a page of another origin),
/// 405 or 426, as problem+json.
std::variant<ws_upgrade, http_response> judge_handshake(const http_request& request,
                                                        const ws_endpoint_options& options);

/// The bytes of a response after which the connection is closed.
std::string serialise_last_response(const http_response& answer);

}  // namespace eventmgr::transport
