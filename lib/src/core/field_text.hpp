#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace eventmgr {

/// A text without the blanks around it, as they may stand around what is in a header field (OWS of RFC 9110).
inline std::string_view trim(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Takes what stands before the first `separator`, or all, off the front of `rest`, and the separator with it. Trimmed.
inline std::string_view take_piece(std::string_view& rest, char separator) noexcept {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view piece = trim(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return piece;
}

}  // namespace eventmgr
