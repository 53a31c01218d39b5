#include "websocket_script.hpp"

#include "codec/websocket_frame.hpp"

#include <cstddef>

namespace eventmgr::testing {

std::string conversation(const std::vector<std::string>& messages) {
  std::string out{
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
      "{accept}\r\n\r\n"};
  for (const auto& text : messages) codec::websocket::append_frame(out, codec::websocket::opcode::text, text);
  return out;
}

std::vector<std::string> messages_in(const std::string& bytes) {
  std::vector<std::string> messages;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes.at(at)); };
  for (std::size_t at = 0; at + 6 <= bytes.size();) {
    std::size_t length = byte(at + 1) & 0x7FU;
    std::size_t head = 2;
    if (length == 126) {
      length = static_cast<std::size_t>(byte(at + 2)) << 8U | byte(at + 3);
      head = 4;
    }
    std::string payload;
    for (std::size_t i = 0; i < length; ++i) {
      payload += static_cast<char>(byte(at + head + 4 + i) ^ byte(at + head + i % 4));
    }
    messages.push_back(std::move(payload));
    at += head + 4 + length;
  }
  return messages;
}

}  // namespace eventmgr::testing
