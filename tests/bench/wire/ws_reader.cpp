#include "bench/wire/ws_reader.hpp"

#include <cstddef>
#include <stdexcept>

namespace eventmgr::bench {

namespace {

constexpr std::uint64_t max_frame = 64ULL << 20U;

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8U | static_cast<std::uint8_t>(byte);
  return value;
}

}  // namespace

void ws_reader::feed(std::string_view bytes) {
  if (partial_.empty()) {
    bytes.remove_prefix(take_frames(bytes));
    partial_.assign(bytes);
    return;
  }
  partial_.append(bytes);
  partial_.erase(0, take_frames(partial_));
}

std::size_t ws_reader::take_frames(std::string_view bytes) {
  std::size_t taken = 0;
  while (bytes.size() - taken >= 2) {
    const auto frame = bytes.substr(taken);
    const auto first = static_cast<std::uint8_t>(frame[0]);
    const auto second = static_cast<std::uint8_t>(frame[1]);
    if ((first & 0xF0U) != 0x80U) throw std::runtime_error("a fragmented or compressed WebSocket frame");
    if ((second & 0x80U) != 0) throw std::runtime_error("a masked WebSocket frame from the server");

    std::size_t head = 2;
    std::uint64_t length = second;
    if (second >= 126) {
      head = second == 126 ? 4 : 10;
      if (frame.size() < head) break;
      length = big_endian(frame.substr(2, head - 2));
    }
    if (length > max_frame) throw std::runtime_error("a WebSocket frame over 64 MiB");
    if (frame.size() - head < length) break;
    on_frame_(static_cast<ws_opcode>(first & 0x0FU), frame.substr(head, length));
    taken += head + length;
  }
  return taken;
}

std::string ws_upgrade_request(std::string_view target, std::string_view authority) {
  std::string request("GET ");
  request.append(target).append(" HTTP/1.1\r\nHost: ").append(authority);
  request.append(
      "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: ZXZlbnRtZ3ItYmVuY2gwMQ==\r\n\r\n");
  return request;
}

void append_client_frame(std::string& out, ws_opcode opcode, std::string_view payload) {
  const auto push = [&](std::uint64_t byte) { out.push_back(static_cast<char>(static_cast<std::uint8_t>(byte))); };
  push(0x80U | static_cast<std::uint8_t>(opcode));
  const std::uint64_t length = payload.size();
  const unsigned extra = length < 126 ? 0U : length <= 0xFFFFU ? 2U : 8U;
  push(0x80U | (extra == 0 ? length : extra == 2 ? 126U : 127U));
  for (unsigned left = extra; left > 0; --left) push(length >> (8U * (left - 1U)) & 0xFFU);
  out.append(4, '\0');
  out.append(payload);
}

}  // namespace eventmgr::bench
