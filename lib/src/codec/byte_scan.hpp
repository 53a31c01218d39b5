#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace eventmgr::codec {

/// The first byte in [at, end) that a JSON string cannot hold as it is: a quote, a backslash or a control character;
/// `end` if there is none. Eight bytes at a time.
inline const char* find_special(const char* at, const char* end) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t tops = 0x8080808080808080U;
  if constexpr (std::endian::native == std::endian::little) {
    for (; end - at >= 8; at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, at, sizeof word);
      const std::uint64_t quote = word ^ ones * '"';
      const std::uint64_t backslash = word ^ ones * '\\';
      // The lowest marked byte is a true hit; borrows can only mark bytes above one.
      const std::uint64_t hits =
          (((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) | ((word - ones * 0x20U) & ~word)) & tops;
      if (hits != 0) return at + (std::countr_zero(hits) >> 3);
    }
  }
  while (at != end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) ++at;
  return at;
}

}  // namespace eventmgr::codec
