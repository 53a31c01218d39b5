#include "core/letters.hpp"
#include "core/topic_levels.hpp"

#include <eventmgr/topic.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace eventmgr {
namespace {

enum class character : std::uint8_t { other, of_level, separator, wildcard, beyond_ascii };

constexpr std::array<character, 256> characters = [] {
  std::array<character, 256> kinds{};
  const auto set = [&](unsigned char first, unsigned char last, character kind) {
    for (std::size_t c = first; c <= last; ++c) kinds[c] = kind;
  };
  set('a', 'z', character::of_level);
  set('A', 'Z', character::of_level);
  set('0', '9', character::of_level);
  set('_', '_', character::of_level);
  set('-', '-', character::of_level);
  set('.', '/', character::separator);
  set('*', '*', character::wildcard);
  set('#', '#', character::wildcard);
  set(0x80, 0xFF, character::beyond_ascii);
  return kinds;
}();

}  // namespace

std::string_view fault_of_levels(std::string_view text, wildcards mode) noexcept {
  if (text.empty() || text.size() > topic_name::max_bytes) return "must be 1 to 500 bytes";
  std::size_t levels = 1;
  std::size_t start = 0;
  bool has_wildcard = false;
  const auto level_is_wrong = [&](std::size_t end) { return has_wildcard && end - start != 1; };
  for (std::size_t i = 0; i < text.size();) {
    switch (characters[static_cast<unsigned char>(text[i])]) {
      case character::of_level:
        ++i;
        break;
      case character::separator:
        if (i == start) return "must not have an empty level";
        if (level_is_wrong(i)) return "must have a wildcard only as a whole level";
        if (++levels > topic_name::max_levels) return "must have at most 32 levels";
        has_wildcard = false;
        start = ++i;
        break;
      case character::wildcard:
        if (mode == wildcards::refused) return "must not have a wildcard";
        has_wildcard = true;
        ++i;
        break;
      case character::beyond_ascii: {
        const auto next = decode_utf8(text.substr(i));
        if (!next) return "must be UTF-8";
        if (!is_letter(next->value)) return "must be made of letters, digits, '_' and '-'";
        i += next->size;
        break;
      }
      case character::other:
        return "must be made of letters, digits, '_' and '-'";
    }
  }
  if (start == text.size()) return "must not have an empty level";
  if (level_is_wrong(text.size())) return "must have a wildcard only as a whole level";
  return {};
}

result<topic_name> topic_name::parse(std::string_view text) {
  if (const auto fault = fault_of_levels(text, wildcards::refused); !fault.empty()) {
    return failure{errc::invalid_request, "a topic " + std::string{fault}};
  }
  std::string stored{text};
  std::ranges::replace(stored, '.', '/');
  return topic_name{std::move(stored)};
}

topic_name topic_name::trusted(std::string text) { return topic_name{std::move(text)}; }

}  // namespace eventmgr
