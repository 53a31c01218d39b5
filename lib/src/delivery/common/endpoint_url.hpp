#pragma once

#include <eventmgr/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace eventmgr::delivery {

/// Where a subscription's events go. Holds no secret: a URL with a user or password is refused.
struct endpoint_url {
  bool secure{false};       ///< https or wss
  bool websocket{false};    ///< ws or wss
  std::string host{};       ///< in lower case; a name or an address, IPv6 without brackets
  std::uint16_t port{0};    ///< never 0 once parsed
  std::string authority{};  ///< as a Host header has it: without the scheme's own port
  std::string target{};     ///< path and query as a request line has them, at least "/"
  std::string origin{};     ///< "https://host:443", the port always written

  friend bool operator==(const endpoint_url&, const endpoint_url&) = default;
};

/// What a URL must be for.
enum class endpoint_scheme : std::uint8_t { http, websocket };

/// Reads `http(s)://` or `ws(s)://`, whichever is asked for, of at most 2,048 bytes. Fails with `invalid_request` and
/// one problem at `pointer`; its text repeats nothing of the URL, which may hold a secret.
result<endpoint_url> parse_endpoint_url(std::string_view url, endpoint_scheme wanted, std::string_view pointer);

}  // namespace eventmgr::delivery
