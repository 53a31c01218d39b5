#include "codec/pattern_list.hpp"

#include "core/topic_levels.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr::codec {

std::vector<topic_pattern> read_patterns(value_reader& values, std::string_view value, const std::string& pointer) {
  std::vector<topic_pattern> made;
  const auto read_one = [&](std::string_view element, const std::string& place) {
    const auto text = string_value(element);
    if (!text) return values.fault(place, "must be a string");
    auto pattern = topic_pattern::parse(*text);
    if (!pattern) return values.fault(place, std::string{fault_of_levels(*text, wildcards::allowed)});
    if (std::ranges::find(made, *pattern) == made.end()) made.push_back(std::move(*pattern));
  };
  if (value.front() == '"') {
    read_one(value, pointer);
    return made;
  }
  values.elements(value, pointer, max_patterns, "must be a pattern or a list of patterns", read_one);
  if (value == "[]") values.fault(pointer, "must not be empty");
  return made;
}

}  // namespace eventmgr::codec
