#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace eventmgr::codec {

/// Appends a JSON string with its quotes. Escapes what JSON requires and nothing else; `text` should be UTF-8, and is
/// copied as it is if it is not.
void append_json_string(std::string& out, std::string_view text);

/// The same as a string of its own.
std::string json_string(std::string_view text);

void append_json_integer(std::string& out, std::int64_t value);
void append_json_unsigned(std::string& out, std::uint64_t value);

template <std::integral T>
void append_json_number(std::string& out, T value) {
  if constexpr (std::signed_integral<T>) {
    append_json_integer(out, value);
  } else {
    append_json_unsigned(out, value);
  }
}

/// The shortest spelling that reads back as the same number; `null` for what JSON has no number for.
void append_json_number(std::string& out, double value);

}  // namespace eventmgr::codec
