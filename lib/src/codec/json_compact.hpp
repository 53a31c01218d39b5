#pragma once

#include <eventmgr/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace eventmgr::codec {

enum class json_fault : std::uint8_t {
  none,
  malformed,  ///< not the grammar of RFC 8259, or a lone surrogate in an escape
  too_deep,
};

/// What the strict reader says of a text.
struct json_report {
  json_fault fault{json_fault::none};
  bool has_nul{false};  ///< a string or key holds U+0000, which is only written `\u0000`
  std::size_t at{0};    ///< for a fault: the byte at which it was seen
};

/// Reads one JSON value and appends it without insignificant white space; else every byte survives, the spelling of
/// numbers and the order of keys too. One pass, no recursion. The text must be valid UTF-8, which is not checked again.
/// On a fault nothing is appended. `max_depth` counts nested objects and arrays, the outermost as 1; at most 1,024.
json_report append_compact(std::string& out, std::string_view text, std::uint32_t max_depth);

/// As `append_compact`, but only looks.
json_report check_json(std::string_view text, std::uint32_t max_depth);

/// The compact form of a JSON object in valid UTF-8. Fails with `malformed_json`, also for a value that is no object,
/// or `invalid_request` if it is nested too deeply.
result<std::string> compact_object(std::string_view text, std::uint32_t max_depth);

}  // namespace eventmgr::codec
