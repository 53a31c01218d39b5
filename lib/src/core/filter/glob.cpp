#include "core/filter/glob.hpp"

#include <utility>

namespace eventmgr {

std::optional<glob> glob::parse(std::string_view text) {
  if (text.empty() || text.size() > max_bytes) return std::nullopt;
  glob made;
  std::string part;
  for (const char c : text) {
    if (c != '*') {
      made.text_ += c;
      part += c;
      continue;
    }
    if (made.text_.ends_with('*')) continue;
    made.text_ += c;
    std::string ended = std::exchange(part, {});
    if (!std::exchange(made.has_star_, true)) {
      made.begin_ = std::move(ended);
    } else {
      made.between_.push_back(compile(std::move(ended)));
    }
  }
  (made.has_star_ ? made.end_ : made.begin_) = std::move(part);
  return made;
}

glob::literal glob::compile(std::string text) {
  std::vector<std::uint16_t> borders(text.size(), 0);
  std::uint16_t border = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    while (border > 0 && text[i] != text[border]) border = borders[border - 1U];
    if (text[i] == text[border]) ++border;
    borders[i] = border;
  }
  return {.text = std::move(text), .borders = std::move(borders)};
}

/// The end of its first occurrence; npos if there is none.
std::size_t glob::find(std::string_view text, const literal& wanted) noexcept {
  std::size_t matched = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    while (matched > 0 && text[i] != wanted.text[matched]) matched = wanted.borders[matched - 1];
    if (text[i] == wanted.text[matched]) ++matched;
    if (matched == wanted.text.size()) return i + 1;
  }
  return std::string_view::npos;
}

bool glob::matches(std::string_view text) const noexcept {
  if (!has_star_) return text == begin_;
  if (text.size() < begin_.size() + end_.size() || !text.starts_with(begin_) || !text.ends_with(end_)) return false;
  text.remove_prefix(begin_.size());
  text.remove_suffix(end_.size());
  // The first occurrence of each leaves the most to the others.
  for (const literal& part : between_) {
    const std::size_t end = find(text, part);
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end);
  }
  return true;
}

}  // namespace eventmgr
