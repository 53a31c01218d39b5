#include "terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cwchar>
#include <iostream>

namespace eventmgr::evctl {
namespace {

constexpr std::size_t usual_width = 80;
constexpr std::size_t usual_height = 24;

struct code_point {
  char32_t value{0};
  std::size_t length{0};  ///< bytes; 0: not UTF-8
};

code_point decode(std::string_view text) noexcept {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const auto lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  static constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  char32_t value = lead & (0x7FU >> length);
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0U) != 0x80) return {};
    value = value << 6U | (byte(at) & 0x3FU);
  }
  if (value < smallest[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
  return {value, length};
}

bool is_harmful(char32_t value) noexcept {
  return value < 0x20 || (value >= 0x7F && value <= 0x9F) || (value >= 0x2028 && value <= 0x202E) ||
         (value >= 0x2066 && value <= 0x2069) || value == 0x200E || value == 0x200F || value == 0xFEFF ||
         value == 0xFFFE || value == 0xFFFF;
}

void append_escape(std::string& out, char32_t value) {
  static constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) out += digits[value >> shift & 15U];
}

std::size_t width_of(char32_t value) noexcept {
  const int columns = ::wcwidth(static_cast<wchar_t>(value));
  return columns > 0 ? static_cast<std::size_t>(columns) : 0;
}

}  // namespace

bool is_terminal(int descriptor) noexcept { return ::isatty(descriptor) == 1; }

std::size_t terminal_width() noexcept {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual_width;
  return size.ws_col;
}

std::size_t terminal_height() noexcept {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return usual_height;
  return size.ws_row;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto [value, length] = decode(text);
    if (length == 0) {
      append_escape(out, 0xFFFD);
      text.remove_prefix(1);
      continue;
    }
    if (is_harmful(value)) {
      append_escape(out, value);
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return out;
}

std::size_t display_width(std::string_view text) noexcept {
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto [value, length] = decode(text);
    columns += width_of(value);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return columns;
}

std::string shorten(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string{text};
  std::string out;
  std::size_t used = 1;  // the ellipsis
  while (!text.empty()) {
    const auto [value, length] = decode(text);
    used += width_of(value);
    if (used > columns) break;
    out.append(text.substr(0, length == 0 ? 1 : length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return columns == 0 ? std::string{} : out + "…";
}

std::string styled(std::string_view text, style look) {
  static constexpr std::array<std::string_view, 7> codes{"", "1", "2", "31", "33", "32", "36"};
  const auto code = codes.at(static_cast<std::size_t>(look));
  if (code.empty()) return std::string{text};
  return "\x1b[" + std::string{code} + "m" + std::string{text} + "\x1b[0m";
}

bool confirm(std::string_view question) {
  std::cerr << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace eventmgr::evctl
