#include "core/topic_levels.hpp"

#include <eventmgr/topic.hpp>

#include <string>

namespace eventmgr {
namespace {

constexpr std::string_view one_level = "*";
constexpr std::string_view any_levels = "#";

/// The place of the level after the one at `start`; past the end if there is none.
std::size_t next_level(std::string_view topic, std::size_t start) noexcept {
  const std::size_t slash = topic.find('/', start);
  return (slash == std::string_view::npos ? topic.size() : slash) + 1;
}

}  // namespace

topic_pattern::topic_pattern() : text_{any_levels}, levels_{std::string{any_levels}} {}

result<topic_pattern> topic_pattern::parse(std::string_view text) {
  if (const auto fault = fault_of_levels(text, wildcards::allowed); !fault.empty()) {
    return failure{errc::invalid_request, "a topic pattern " + std::string{fault}};
  }
  topic_pattern pattern;
  pattern.text_.clear();
  pattern.levels_.clear();
  pattern.has_wildcards_ = false;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find_first_of("./", start), text.size());
    const std::string_view level = text.substr(start, end - start);
    start = end + 1;
    if (level == any_levels && !pattern.levels_.empty() && pattern.levels_.back() == any_levels) continue;
    if (level == any_levels || level == one_level) pattern.has_wildcards_ = true;
    if (!pattern.levels_.empty()) pattern.text_ += '/';
    pattern.text_ += level;
    pattern.levels_.emplace_back(level);
  }
  return pattern;
}

bool topic_pattern::matches(const topic_name& topic) const noexcept {
  const std::string_view text = topic.str();
  if (!has_wildcards_) return text == text_;
  // Only the last `#` seen need ever be made longer: whatever an earlier one could give up, the later one can take.
  constexpr std::size_t none = SIZE_MAX;
  std::size_t level = 0;
  std::size_t at = 0;
  std::size_t after_hash = none;
  std::size_t retry_at = 0;
  while (at <= text.size() && !text.empty()) {
    if (level < levels_.size() && levels_[level] == any_levels) {
      after_hash = ++level;
      retry_at = at;
      continue;
    }
    const std::size_t next = next_level(text, at);
    if (level < levels_.size() && (levels_[level] == one_level || levels_[level] == text.substr(at, next - 1 - at))) {
      ++level;
      at = next;
      continue;
    }
    if (after_hash == none) return false;
    retry_at = next_level(text, retry_at);
    at = retry_at;
    level = after_hash;
  }
  if (level < levels_.size() && levels_[level] == any_levels) ++level;
  return level == levels_.size();
}

}  // namespace eventmgr
