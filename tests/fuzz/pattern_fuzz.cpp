// Pattern and topic from one input, parted by the first line feed. What parses must keep its text and its match when it
// is written and parsed again, and must agree with a matcher by table.
#include <eventmgr/topic.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace eventmgr;

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> levels(1);
  for (const char c : text) {
    if (c == '/') {
      levels.emplace_back();
    } else {
      levels.back() += c;
    }
  }
  return levels;
}

bool table_match(const std::vector<std::string>& pattern, const std::vector<std::string>& topic) {
  // reached[j]: the levels of the pattern so far match the first j levels of the topic.
  std::vector<bool> reached(topic.size() + 1, false);
  reached[0] = true;
  for (const std::string& level : pattern) {
    std::vector<bool> next(topic.size() + 1, false);
    for (std::size_t j = 0; j <= topic.size(); ++j) {
      if (level == "#") {
        next[j] = reached[j] || (j > 0 && next[j - 1]);
      } else if (j > 0) {
        next[j] = reached[j - 1] && (level == "*" || level == topic[j - 1]);
      }
    }
    reached = next;
  }
  return reached[topic.size()];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const std::size_t line = text.find('\n');
  const auto pattern = topic_pattern::parse(text.substr(0, line));
  const auto topic = topic_name::parse(line == std::string_view::npos ? std::string_view{} : text.substr(line + 1));
  if (pattern) {
    const auto again = topic_pattern::parse(pattern->str());
    require(again.has_value() && *again == *pattern && again->levels() == pattern->levels());
  }
  if (topic) {
    const auto again = topic_name::parse(topic->str());
    require(again.has_value() && *again == *topic);
    require(topic_pattern{}.matches(*topic));
  }
  if (pattern && topic) require(pattern->matches(*topic) == table_match(pattern->levels(), split(topic->str())));
  return 0;
}
