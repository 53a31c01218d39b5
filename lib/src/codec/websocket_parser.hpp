#pragma once

#include "codec/websocket_frame.hpp"
#include "codec/websocket_utf8.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace eventmgr::codec::websocket {

/// Which end of the connection reads. A server takes masked frames only, a client unmasked ones only.
enum class role : std::uint8_t { server, client };

struct parser_options {
  role reader{role::server};
  std::size_t max_message_bytes{1U << 20U};  ///< of a message, before and after inflation
  bool deflate{false};                       ///< permessage-deflate without context takeover was agreed on
};

/// What `parser::next` found.
enum class parse_event : std::uint8_t {
  need_more,  ///< the input is used up
  text,       ///< a whole text message, valid UTF-8, is in `payload`
  binary,     ///< a whole binary message is in `payload`
  ping,       ///< `payload` is to be sent back
  pong,       ///< `payload` is what came with it
  close,      ///< `payload` is the reason, `peer_close_code` the code. Nothing may follow
  failed,     ///< the peer broke the protocol: `error_code` and `error_reason` say how. Nothing more is read
};

/// Reads frames as they come, in chunks of any size. Holds one message at most. Not thread-safe.
///
/// Bounded: no more than `max_message_bytes` are kept, whatever a frame's head announces, and inflation stops there
/// too.
class parser {
 public:
  /// `payload` can be read, and written, this far past its end: JSON parsers want that.
  static constexpr std::size_t padding = 64;

  explicit parser(parser_options options);

  /// Takes bytes from the front of `input` until it can tell something. To be called again while it does not answer
  /// `need_more`; after `close` and `failed` it answers the same for ever and takes nothing.
  parse_event next(std::string_view& input);

  /// Of the event last told; valid until the next call.
  std::string& payload() noexcept { return told_control_ ? control_ : message_; }

  std::uint16_t peer_close_code() const noexcept { return peer_close_code_; }
  close_code error_code() const noexcept { return error_code_; }
  std::string_view error_reason() const noexcept { return error_reason_; }

 private:
  enum class state : std::uint8_t { head, payload, closed, failed };

  struct frame {
    opcode op{opcode::continuation};
    bool final{false};
    bool masked{false};
    std::uint64_t remaining{0};
    std::array<std::uint8_t, 4> key{};
    std::size_t phase{0};
  };

  bool read_head(std::string_view& input);
  bool decode_head();
  bool check_opcode(bool compressed);
  bool check_length(std::uint64_t length);
  bool read_payload(std::string_view& input);
  parse_event end_of_frame();
  parse_event end_of_control();
  parse_event end_of_message();
  parse_event end_of_close();
  void forget_told();
  bool fail(close_code code, std::string_view reason) noexcept;

  parser_options options_;
  state state_{state::head};
  std::array<std::uint8_t, 14> head_{};
  std::size_t head_size_{0};
  frame frame_{};
  std::string message_;
  std::string control_;
  utf8_checker utf8_;
  opcode message_op_{opcode::continuation};  ///< of the message under way; `continuation` when there is none
  bool message_compressed_{false};
  bool told_control_{false};
  bool message_told_{false};
  std::uint16_t peer_close_code_{0};
  close_code error_code_{close_code::normal};
  std::string_view error_reason_{};
};

}  // namespace eventmgr::codec::websocket
