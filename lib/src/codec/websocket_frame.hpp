#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// RFC 6455 and RFC 7692 without I/O: bytes in, messages out, and back. Nothing here throws but for want of memory.
namespace eventmgr::codec::websocket {

enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// The codes that this program sends (RFC 6455 section 7.4.1). A peer may send others.
enum class close_code : std::uint16_t {
  normal = 1000,
  going_away = 1001,  ///< the daemon is shutting down
  protocol_error = 1002,
  unsupported_data = 1003,  ///< a binary message where only text makes sense
  no_status = 1005,         ///< never on the wire: the peer's close frame had no code
  invalid_payload = 1007,   ///< text that is not UTF-8, or data that does not inflate
  policy_violation = 1008,
  message_too_big = 1009,
  internal_error = 1011,
};

/// Whether a close frame may carry this code: 1000-1003, 1007-1014 and 3000-4999.
bool is_valid_close_code(std::uint16_t code) noexcept;

/// The most that a ping, pong or close frame may carry.
inline constexpr std::size_t max_control_payload = 125;

/// The head of a frame, made where no string is at hand.
class frame_header {
 public:
  /// Of a whole message in one unmasked frame, as servers send it. `compressed` sets RSV1.
  static frame_header of_message(opcode op, std::size_t length, bool compressed = false) noexcept;

  std::string_view view() const noexcept { return {bytes_.data(), size_}; }

 private:
  std::array<char, 10> bytes_{};
  std::size_t size_{0};
};

/// Appends the head of a server's frame (final, not masked).
void append_frame_header(std::string& out, opcode op, std::size_t length, bool compressed = false);

/// Appends a server's frame.
void append_frame(std::string& out, opcode op, std::string_view payload);

/// Appends a server's close frame. `reason` is cut to what fits, at a character's boundary.
void append_close_frame(std::string& out, close_code code, std::string_view reason);

/// Appends a client's frame, masked with `masking_key`, which RFC 6455 wants to be unpredictable where a script of
/// someone else's chooses the payload.
void append_client_frame(std::string& out, opcode op, std::string_view payload, std::uint32_t masking_key,
                         bool compressed = false);

/// Appends a client's close frame. `reason` is cut to what fits, at a character's boundary.
void append_client_close_frame(std::string& out, close_code code, std::string_view reason, std::uint32_t masking_key);

inline void append_client_text_frame(std::string& out, std::string_view payload, std::uint32_t masking_key) {
  append_client_frame(out, opcode::text, payload, masking_key);
}

/// Exclusive-ors `size` bytes with the key, whose first byte in memory goes with the byte at `phase` 0. Returns the
/// phase after the last byte.
std::size_t apply_mask(char* data, std::size_t size, const std::array<std::uint8_t, 4>& key,
                       std::size_t phase) noexcept;

}  // namespace eventmgr::codec::websocket
