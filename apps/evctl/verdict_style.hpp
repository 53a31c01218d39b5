#pragma once

#include "terminal.hpp"

#include <string_view>

namespace eventmgr::evctl {

/// How the state of a delivery is shown: green where the subscriber has it, red where it never will, yellow between.
inline style style_of_state(std::string_view state) noexcept {
  if (state == "acknowledged" || state == "expected") return style::green;
  if (state == "deadLetter" || state == "expired" || state == "skipped") return style::red;
  return state == "unmatched" ? style::faint : style::yellow;
}

/// So the verdict of a stage.
inline style style_of_verdict(std::string_view verdict) noexcept {
  if (verdict == "refused") return style::red;
  return verdict == "holds" ? style::yellow : style::green;
}

}  // namespace eventmgr::evctl
