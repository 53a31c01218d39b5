#include <eventmgr/event.hpp>

#include <algorithm>
#include <array>

namespace eventmgr {
namespace {

constexpr std::array<std::string_view, 4> priority_names{"CRITICAL", "HIGH", "NORMAL", "LOW"};

constexpr char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; }

}  // namespace

std::string_view to_string(priority value) noexcept { return priority_names[static_cast<std::size_t>(value) & 3U]; }

std::optional<priority> parse_priority(std::string_view text) noexcept {
  if (text.size() == 1 && text[0] >= '0' && text[0] <= '3') return static_cast<priority>(text[0] - '0');
  for (std::size_t i = 0; i < priority_names.size(); ++i) {
    if (std::ranges::equal(text, priority_names[i], {}, upper)) return static_cast<priority>(i);
  }
  return std::nullopt;
}

}  // namespace eventmgr
