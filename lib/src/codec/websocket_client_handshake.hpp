#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

/// The client's side of the opening handshake (RFC 6455 section 4.1, RFC 7692 section 7.1).
namespace eventmgr::codec::websocket {

struct client_request {
  std::string_view authority{};  ///< as a Host header has it
  std::string_view target{};     ///< path and query, as a request line has them
  std::string_view key{};        ///< `make_client_key`
  bool offer_deflate{false};
  /// Further ones, which must be valid and none of the handshake's own.
  std::span<const std::pair<std::string, std::string>> headers{};
};

/// A `Sec-WebSocket-Key`: 16 random bytes.
std::string make_client_key();

/// The whole request.
std::string make_request(const client_request& wanted);

/// Reads the answer to a request, in chunks of any size, and judges it.
class client_handshake {
 public:
  static constexpr std::size_t max_head_bytes = 16U << 10U;

  enum class outcome : std::uint8_t {
    need_more,  ///< the input is used up
    open,       ///< what is left of the input are frames
    refused,    ///< `why` says so
  };

  client_handshake(std::string_view key, bool deflate_offered);

  /// Takes bytes from the front of `input`. To be called again while it answers `need_more`.
  outcome next(std::string_view& input);

  /// Whether permessage-deflate was agreed on, without context takeover.
  bool deflate() const noexcept { return deflate_; }

  /// "HTTP 404", or what is wrong with the answer. The server's own words are not in it.
  const std::string& why() const noexcept { return why_; }

 private:
  outcome judge();
  bool read_status(std::string_view line);
  void read_header(std::string_view line);
  bool read_extensions(std::string_view value);
  outcome refuse(std::string why);

  const std::string accept_;
  const bool deflate_offered_;
  std::string head_;
  bool upgrade_{false};
  bool connection_{false};
  bool accepted_{false};
  bool deflate_{false};
  std::string why_;
};

}  // namespace eventmgr::codec::websocket
