// The WebSocket parser on arbitrary bytes, as server and as client, with and without compression. What it tells must
// not depend on how the bytes are cut, must keep to its limits, and text must be UTF-8. The first byte chooses the
// settings, the second the cuts.

#include "codec/websocket_parser.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace ws = eventmgr::codec::websocket;

namespace {

constexpr std::size_t max_message_bytes = 4096;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Everything the parser tells, written down. `cuts` seeds the sizes of the chunks; 0: all at once.
std::string transcript(const ws::parser_options& options, std::string_view bytes, std::uint32_t cuts) {
  ws::parser parser{options};
  std::string out;
  while (!bytes.empty()) {
    cuts = cuts * 1664525U + (cuts != 0 ? 1013904223U : 0U);
    const std::size_t size = cuts == 0 ? bytes.size() : 1 + (cuts >> 24U) % 17;
    std::string_view input = bytes.substr(0, size);
    bytes.remove_prefix(input.size());
    for (;;) {
      const ws::parse_event event = parser.next(input);
      if (event == ws::parse_event::need_more) {
        require(input.empty());
        break;
      }
      out.push_back(static_cast<char>(event));
      if (event == ws::parse_event::failed) {
        require(!parser.error_reason().empty());
        return out + std::to_string(static_cast<unsigned>(parser.error_code()));
      }
      const std::string& payload = parser.payload();
      const bool is_data = event == ws::parse_event::text || event == ws::parse_event::binary;
      require(payload.size() <= (is_data ? max_message_bytes : ws::max_control_payload));
      require(payload.capacity() >= payload.size() + (is_data && !payload.empty() ? ws::parser::padding : 0));
      if (event == ws::parse_event::text) require(simdjson::validate_utf8(payload.data(), payload.size()));
      out += payload;
      if (event == ws::parse_event::close) {
        const std::uint16_t code = parser.peer_close_code();
        require(ws::is_valid_close_code(code) || code == static_cast<std::uint16_t>(ws::close_code::no_status));
        return out + std::to_string(code);
      }
    }
  }
  return out;
}

/// Makes server frames of a fuzzer's bytes acceptable to a server, so that it gets past the masking.
std::string with_masks(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t size = static_cast<unsigned char>(bytes[0]) % 64U;
    const std::uint8_t head = bytes.size() > 1 ? static_cast<std::uint8_t>(bytes[1]) : std::uint8_t{0x81};
    const std::string_view payload = bytes.substr(std::min<std::size_t>(2, bytes.size())).substr(0, size);
    const std::size_t start = out.size();
    ws::append_client_frame(out, ws::opcode::text, payload, 0xA1B2C3D4U);
    out[start] = static_cast<char>(head);
    bytes.remove_prefix(std::min(bytes.size(), 2 + payload.size()));
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ws::parser_options options{.reader = (data[0] & 1U) != 0 ? ws::role::client : ws::role::server,
                                   .max_message_bytes = max_message_bytes,
                                   .deflate = (data[0] & 2U) != 0};
  const std::string_view given{reinterpret_cast<const char*>(data) + 2, size - 2};
  const std::string bytes = (data[0] & 4U) != 0 ? with_masks(given) : std::string{given};

  require(transcript(options, bytes, 0) == transcript(options, bytes, 1U + data[1]));
  return 0;
}
