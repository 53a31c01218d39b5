#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The pure parts of the opening handshake (RFC 6455 section 4, RFC 7692 section 7.1).
namespace eventmgr::codec::websocket {

/// Whether a `Sec-WebSocket-Key` is the base64 of 16 bytes.
bool is_valid_key(std::string_view key) noexcept;

/// `Sec-WebSocket-Accept` for a client's key.
std::string accept_key(std::string_view key);

/// A permessage-deflate that both ends can do: never with context takeover.
struct deflate_agreement {
  int server_max_window_bits{15};  ///< 9 to 15: what the client can inflate
  std::string response{};          ///< the value of the answer's `Sec-WebSocket-Extensions`
};

/// Picks the first acceptable offer of permessage-deflate in a `Sec-WebSocket-Extensions` field. Offers with unknown,
/// repeated or ill-formed parameters, and other extensions, are passed over, as are offers of a window that zlib cannot
/// make (2^8). nullopt if none is left.
std::optional<deflate_agreement> negotiate_deflate(std::string_view offers);

}  // namespace eventmgr::codec::websocket
