#include "broker/delivery/topic_hints.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace eventmgr {

namespace {

constexpr std::size_t max_hints = 20;
constexpr std::uint32_t topics_per_page = 1000;

bool any_matches(std::span<const topic_pattern> patterns, const topic_name& topic) {
  return std::ranges::any_of(patterns, [&](const topic_pattern& each) { return each.matches(topic); });
}

}  // namespace

std::vector<topic_pattern> widened(std::span<const topic_pattern> patterns) {
  std::vector<topic_pattern> wide;
  for (const topic_pattern& pattern : patterns) {
    std::string text = pattern.str();
    if (text.find('*') == std::string::npos) continue;
    std::ranges::replace(text, '*', '#');
    if (auto made = topic_pattern::parse(text)) wide.push_back(std::move(*made));
  }
  return wide;
}

std::vector<topic_name> hints_for(std::span<const topic_pattern> patterns, event_store& store) {
  std::vector<topic_name> hints;
  const auto wide = widened(patterns);
  if (wide.empty()) return hints;
  std::string cursor;
  do {
    const topic_page page = store.list_topics(cursor, topics_per_page);
    for (const topic_info& known : page.topics) {
      if (hints.size() == max_hints) return hints;
      if (any_matches(wide, known.topic) && !any_matches(patterns, known.topic)) hints.push_back(known.topic);
    }
    cursor = page.next_cursor;
  } while (!cursor.empty());
  return hints;
}

}  // namespace eventmgr
