#include "codec/websocket_frame.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace eventmgr::codec::websocket {

namespace {

constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t compressed_bit = 0x40;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::uint8_t length_in_16_bits = 126;
constexpr std::uint8_t length_in_64_bits = 127;

constexpr std::size_t max_head = 10;

/// Writes the head without a key. Returns its size.
std::size_t write_head(char* out, opcode op, std::size_t length, bool compressed, bool masked) noexcept {
  const std::uint8_t mask = masked ? mask_bit : 0;
  const auto put = [&](std::size_t at, std::uint64_t value) { out[at] = static_cast<char>(value & 0xFFU); };
  put(0, final_bit | (compressed ? compressed_bit : 0U) | static_cast<unsigned>(op));
  if (length < length_in_16_bits) {
    put(1, mask | length);
    return 2;
  }
  const bool wide = length > 0xFFFF;
  const std::size_t bytes = wide ? 8 : 2;
  put(1, mask | (wide ? length_in_64_bits : length_in_16_bits));
  for (std::size_t i = 0; i < bytes; ++i) put(2 + i, static_cast<std::uint64_t>(length) >> (8 * (bytes - 1 - i)));
  return 2 + bytes;
}

/// The longest prefix of at most `size` bytes that does not end inside a character.
std::string_view cut_at_character(std::string_view text, std::size_t size) noexcept {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

std::string close_payload(close_code code, std::string_view reason) {
  const auto value = static_cast<std::uint16_t>(code);
  std::string payload{static_cast<char>(value >> 8U), static_cast<char>(value & 0xFFU)};
  payload += cut_at_character(reason, max_control_payload - 2);
  return payload;
}

}  // namespace

bool is_valid_close_code(std::uint16_t code) noexcept {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

frame_header frame_header::of_message(opcode op, std::size_t length, bool compressed) noexcept {
  frame_header header;
  header.size_ = write_head(header.bytes_.data(), op, length, compressed, false);
  return header;
}

void append_frame_header(std::string& out, opcode op, std::size_t length, bool compressed) {
  out.append(frame_header::of_message(op, length, compressed).view());
}

void append_frame(std::string& out, opcode op, std::string_view payload) {
  append_frame_header(out, op, payload.size());
  out.append(payload);
}

void append_close_frame(std::string& out, close_code code, std::string_view reason) {
  append_frame(out, opcode::close, close_payload(code, reason));
}

void append_client_close_frame(std::string& out, close_code code, std::string_view reason, std::uint32_t masking_key) {
  append_client_frame(out, opcode::close, close_payload(code, reason), masking_key);
}

void append_client_frame(std::string& out, opcode op, std::string_view payload, std::uint32_t masking_key,
                         bool compressed) {
  std::array<char, max_head> head{};
  out.append(head.data(), write_head(head.data(), op, payload.size(), compressed, true));
  const auto key = std::bit_cast<std::array<std::uint8_t, 4>>(masking_key);
  for (const std::uint8_t byte : key) out.push_back(static_cast<char>(byte));
  const std::size_t start = out.size();
  out.append(payload);
  apply_mask(out.data() + start, payload.size(), key, 0);
}

std::size_t apply_mask(char* data, std::size_t size, const std::array<std::uint8_t, 4>& key,
                       std::size_t phase) noexcept {
  std::array<std::uint8_t, 8> turned{};
  for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = key[(phase + i) % 4];
  const auto wide = std::bit_cast<std::uint64_t>(turned);

  std::size_t i = 0;
  for (; i + sizeof wide <= size; i += sizeof wide) {
    std::uint64_t word = 0;
    std::memcpy(&word, data + i, sizeof word);
    word ^= wide;
    std::memcpy(data + i, &word, sizeof word);
  }
  for (; i < size; ++i) data[i] = static_cast<char>(static_cast<std::uint8_t>(data[i]) ^ turned[i % 8]);
  return (phase + size) % 4;
}

}  // namespace eventmgr::codec::websocket
