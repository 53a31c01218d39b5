#include "codec/refusal_words.hpp"

#include "codec/handler_report.hpp"
#include "codec/json_compact.hpp"
#include "codec/json_walk.hpp"
#include "codec/problems.hpp"
#include "core/letters.hpp"

#include <algorithm>
#include <array>

namespace eventmgr::codec {
namespace {

constexpr std::uint32_t max_depth = 64;
constexpr std::size_t max_body_bytes = 64U << 10U;
constexpr std::string_view blank = " \t\r\n";
/// The most telling first.
constexpr std::array<std::string_view, 4> telling{"detail", "message", "error", "title"};

std::string words_of_object(std::string_view object) {
  std::array<std::string, telling.size()> found;
  member_walker members{object};
  json_member member;
  while (members.next(member)) {
    const auto at = std::ranges::find(telling, unescape(member.raw_key));
    if (at == telling.end() || (member.value.front() != '"' && member.value.front() != '{')) continue;
    found[static_cast<std::size_t>(at - telling.begin())] = error_words(member.value);
  }
  const auto best = std::ranges::find_if(found, [](const std::string& words) { return !words.empty(); });
  return best != found.end() ? *best : std::string{};
}

/// Without line breaks and other control characters, which a terminal or a log would obey.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool gap = byte <= 0x20 || byte == 0x7F;
    if (!gap) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
    if (line.size() > max_refusal_bytes) break;
  }
  line.resize(cut(line, max_refusal_bytes).size());
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace

std::string refusal_words(std::string_view body) {
  const std::size_t start = body.find_first_not_of(blank);
  if (start == std::string_view::npos || body.size() > max_body_bytes || !is_utf8(body)) return {};
  const char first = body[start];
  if (first == '<' || first == '[') return {};
  if (first != '{') return one_line(body);
  std::string compact;
  if (append_compact(compact, body, max_depth).fault != json_fault::none) return {};
  return one_line(words_of_object(compact));
}

}  // namespace eventmgr::codec
