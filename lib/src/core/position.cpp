#include <eventmgr/position.hpp>

#include <array>
#include <charconv>

namespace eventmgr {
namespace {

// "p1-" names the form, so that another one can be told apart; then an offset per partition in base 36, joined by ".".
constexpr std::string_view prefix = "p1-";
constexpr int base = 36;
constexpr std::size_t max_digits = 13;  // 36^13 > 2^64
constexpr std::size_t max_partitions = 1024;

/// What `append_to` writes for one offset: lower case, no leading zero.
std::optional<offset> parse_offset(std::string_view text) noexcept {
  if (text.empty() || text.size() > max_digits || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  for (const char c : text) {
    if ((c < '0' || c > '9') && (c < 'a' || c > 'z')) return std::nullopt;
  }
  offset value;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value.value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

void append_to(std::string& out, const position& place) {
  out += prefix;
  bool first = true;
  for (const offset after : place.after) {
    if (!first) out += '.';
    first = false;
    std::array<char, max_digits> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), after.value, base).ptr;
    out.append(digits.data(), end);
  }
}

std::string to_string(const position& place) {
  std::string text;
  append_to(text, place);
  return text;
}

std::optional<position> parse_position(std::string_view text) noexcept {
  if (!text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  position place;
  if (text.empty()) return place;
  while (place.after.size() < max_partitions) {
    const std::size_t dot = text.find('.');
    const auto after = parse_offset(text.substr(0, dot));
    if (!after) return std::nullopt;
    place.after.push_back(*after);
    if (dot == std::string_view::npos) return place;
    text.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

}  // namespace eventmgr
