#pragma once

#include "core/filter/condition.hpp"

#include <eventmgr/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::codec {

/// Reads what a filter asks of the value at one path: a value, a list of alternatives, or an object of operators.
/// `value` is compact, valid JSON. Appends every fault, under `pointer`; what it then returns means nothing.
condition read_condition(std::string_view value, const std::string& pointer, std::vector<problem>& problems);

}  // namespace eventmgr::codec
