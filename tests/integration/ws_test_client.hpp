#pragma once

#include "codec/websocket_parser.hpp"
#include "support/eventually.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::test {

/// A WebSocket client that blocks, with a deadline on every call that waits, for tests that want to see each byte.
/// Throws std::runtime_error when what it waits for does not come.
class ws_test_client {
 public:
  /// Connects to loopback without a handshake. `receive_buffer` bytes are what the system may buffer; 0: its default.
  explicit ws_test_client(std::uint16_t port, int receive_buffer = 0);
  ws_test_client(const ws_test_client&) = delete;
  ws_test_client& operator=(const ws_test_client&) = delete;
  ~ws_test_client();

  /// Does the handshake. `extra` are further header lines, each with its end.
  void open(std::string_view target = "/ws", std::string_view extra = {});

  void send(std::string_view bytes);
  void send_text(std::string_view text);
  void send_frame(codec::websocket::opcode op, std::string_view payload);

  /// Sends as much of it as the system takes at once. Returns how much that was.
  std::size_t send_some(std::string_view bytes);

  /// The next text message. Pings and pongs before it are passed over.
  std::string receive_text();

  /// The next thing the server says, of any kind; `parser::payload` is then in `payload`.
  codec::websocket::parse_event receive();
  const std::string& payload() const noexcept { return payload_; }

  /// Passes everything over up to the server's close frame, and returns its code.
  std::uint16_t receive_close();

  /// Everything up to the end of the connection, as it comes.
  std::string receive_rest();

 private:
  codec::websocket::parse_event receive(const testing::wait_limit& limit);
  bool read_more(const testing::wait_limit& limit);

  int socket_;
  std::string input_;
  codec::websocket::parser parser_{
      {.reader = codec::websocket::role::client, .max_message_bytes = 64U << 20U, .deflate = true}};
  std::string payload_;
};

}  // namespace eventmgr::test
