#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace eventmgr::bench {

/// The kinds of frame that a client of this server meets.
enum class ws_opcode : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Takes the frames of a server out of a stream of bytes without copying those that arrive whole. Fragmented and
/// compressed messages are refused: a client that offers no extension gets neither from this server.
class ws_reader {
 public:
  /// The payload is valid during the call only.
  using frame_handler = std::function<void(ws_opcode, std::string_view)>;

  explicit ws_reader(frame_handler on_frame) : on_frame_(std::move(on_frame)) {}

  /// Calls the handler for each frame that `bytes` completes. Throws std::runtime_error for what no server may send.
  void feed(std::string_view bytes);

 private:
  std::size_t take_frames(std::string_view bytes);

  frame_handler on_frame_;
  std::string partial_;  ///< the beginning of a frame whose end has not come
};

/// The request that turns a connection into a WebSocket.
std::string ws_upgrade_request(std::string_view target, std::string_view authority);

/// Appends one masked client frame. The mask is zero: the bytes on the wire are those of the text, which the protocol
/// allows and which costs nothing.
void append_client_frame(std::string& out, ws_opcode opcode, std::string_view payload);

}  // namespace eventmgr::bench
