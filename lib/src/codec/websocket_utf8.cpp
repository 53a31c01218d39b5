#include "codec/websocket_utf8.hpp"

#include <cstring>

namespace eventmgr::codec::websocket {

namespace {

/// Whether the eight bytes are all ASCII.
bool is_ascii_block(const char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return (word & 0x8080808080808080ULL) == 0;
}

}  // namespace

bool utf8_checker::feed(std::string_view bytes) noexcept {
  std::size_t i = 0;
  while (i < bytes.size()) {
    if (needed_ == 0 && bytes.size() - i >= 8 && is_ascii_block(bytes.data() + i)) {
      i += 8;
      continue;
    }
    if (!feed_byte(static_cast<std::uint8_t>(bytes[i]))) return false;
    ++i;
  }
  return true;
}

// The well-formed sequences of Unicode's table 3-7.
bool utf8_checker::feed_byte(std::uint8_t byte) noexcept {
  if (needed_ > 0) {
    if (byte < lower_ || byte > upper_) return false;
    --needed_;
    lower_ = 0x80;
    upper_ = 0xBF;
    return true;
  }
  if (byte < 0x80) return true;
  if (byte < 0xC2 || byte > 0xF4) return false;
  needed_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
  if (byte == 0xE0) lower_ = 0xA0;  // shorter forms exist
  if (byte == 0xED) upper_ = 0x9F;  // surrogates
  if (byte == 0xF0) lower_ = 0x90;  // shorter forms exist
  if (byte == 0xF4) upper_ = 0x8F;  // beyond U+10FFFF
  return true;
}

}  // namespace eventmgr::codec::websocket
