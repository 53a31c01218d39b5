#pragma once

#include "codec/value_reader.hpp"

#include <eventmgr/topic.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::codec {

inline constexpr std::size_t max_patterns = 100;

/// Reads a pattern, or a list of 1 to `max_patterns`. One that is given twice is taken once.
std::vector<topic_pattern> read_patterns(value_reader& values, std::string_view value, const std::string& pointer);

}  // namespace eventmgr::codec
