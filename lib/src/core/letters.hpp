#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace eventmgr {

/// Whether a code point outside ASCII is a letter, or a mark that letters are written with: the Unicode general
/// categories L* and M* of Unicode 14.
bool is_letter(char32_t code_point) noexcept;

/// A code point at the start of a text, and how many bytes it takes.
struct decoded_code_point {
  char32_t value{0};
  std::uint32_t size{0};
};

/// Reads one code point of UTF-8. nullopt for anything that RFC 3629 does not allow: overlong forms, surrogates, values
/// past U+10FFFF, and the empty text.
std::optional<decoded_code_point> decode_utf8(std::string_view text) noexcept;

/// Whether the whole text is UTF-8.
bool is_utf8(std::string_view text) noexcept;

}  // namespace eventmgr
