#include "codec/json_walk.hpp"

#include <algorithm>
#include <cstdint>

namespace eventmgr::codec {
namespace {

// What is stored has been checked, but a damaged file must not end the process: nothing here looks past the end.

/// The length of the string at the front, quotes included.
std::size_t string_size(std::string_view text) noexcept {
  std::size_t i = 1;
  while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
  return std::min(i + 1, text.size());
}

/// The length of the value at the front.
std::size_t value_size(std::string_view text) noexcept {
  if (text.empty()) return 0;
  if (text[0] == '"') return string_size(text);
  std::size_t i = 0;
  std::size_t depth = 0;
  do {
    const char c = text[i];
    if (c == '"') {
      i += string_size(text.substr(i));
      continue;
    }
    if (c == '{' || c == '[') {
      ++depth;
    } else if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
      return i;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return i + 1;
    }
    ++i;
  } while (i < text.size());
  return i;
}

std::string_view inside(std::string_view container) noexcept {
  return container.size() < 2 ? std::string_view{} : container.substr(1, container.size() - 2);
}

std::string_view take(std::string_view& text, std::size_t count) noexcept {
  const std::string_view taken = text.substr(0, count);
  text.remove_prefix(taken.size());
  return taken;
}

/// Leaves out the comma or colon at the front.
void skip_mark(std::string_view& text) noexcept { take(text, 1); }

std::uint32_t hex4(std::string_view digits) noexcept {
  std::uint32_t value = 0;
  for (const char c : digits.substr(0, 4)) {
    const auto digit = static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    value = value << 4U | digit;
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t c) {
  const auto continuation = [&](unsigned shift) { out += static_cast<char>(0x80U | (c >> shift & 0x3FU)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0U | c >> 6U);
    continuation(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0U | c >> 12U);
    continuation(6);
    continuation(0);
  } else {
    out += static_cast<char>(0xF0U | c >> 18U);
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

char plain_escape(char c) noexcept {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

}  // namespace

member_walker::member_walker(std::string_view object) noexcept : rest_{inside(object)} {}

bool member_walker::next(json_member& member) noexcept {
  if (rest_.empty()) return false;
  member.raw_key = inside(take(rest_, string_size(rest_)));
  skip_mark(rest_);
  member.value = take(rest_, value_size(rest_));
  skip_mark(rest_);
  return true;
}

element_walker::element_walker(std::string_view array) noexcept : rest_{inside(array)} {}

bool element_walker::next(std::string_view& element) noexcept {
  if (rest_.empty()) return false;
  element = take(rest_, value_size(rest_));
  skip_mark(rest_);
  return true;
}

std::string_view leading_value(std::string_view text) noexcept { return text.substr(0, value_size(text)); }

std::string unescape(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  while (!raw.empty()) {
    const std::size_t backslash = raw.find('\\');
    out += take(raw, std::min(backslash, raw.size()));
    if (raw.empty()) break;
    const char kind = raw.size() > 1 ? raw[1] : raw[0];
    take(raw, 2);
    if (kind != 'u') {
      out += plain_escape(kind);
      continue;
    }
    std::uint32_t code_point = hex4(take(raw, 4));
    if (code_point >= 0xD800 && code_point <= 0xDBFF) {
      take(raw, 2);
      code_point = 0x10000 + ((code_point - 0xD800) << 10U) + (hex4(take(raw, 4)) - 0xDC00);
    }
    append_utf8(out, code_point);
  }
  return out;
}

std::optional<std::string> string_value(std::string_view value) {
  if (value.empty() || value.front() != '"') return std::nullopt;
  return unescape(inside(value));
}

}  // namespace eventmgr::codec
