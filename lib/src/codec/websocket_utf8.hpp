#pragma once

#include <cstdint>
#include <string_view>

namespace eventmgr::codec::websocket {

/// Checks UTF-8 that comes in pieces, and refuses at the first byte that can no longer become valid.
class utf8_checker {
 public:
  /// False once the text so far is no prefix of valid UTF-8.
  bool feed(std::string_view bytes) noexcept;

  /// Whether the text may end here.
  bool complete() const noexcept { return needed_ == 0; }

  void reset() noexcept { *this = utf8_checker{}; }

 private:
  bool feed_byte(std::uint8_t byte) noexcept;

  std::uint8_t needed_{0};    ///< continuation bytes that must follow
  std::uint8_t lower_{0x80};  ///< the range of the next one, narrower after some lead bytes
  std::uint8_t upper_{0xBF};
};

}  // namespace eventmgr::codec::websocket
