#pragma once

#include <cstdint>
#include <string_view>

namespace eventmgr {

enum class wildcards : std::uint8_t { refused, allowed };

/// Checks the levels that topics and patterns are made of, as a client spells them (`.` or `/` between levels). Empty
/// if all is well, else which rule was broken, as the end of a sentence ("must not have an empty level").
std::string_view fault_of_levels(std::string_view text, wildcards mode) noexcept;

}  // namespace eventmgr
