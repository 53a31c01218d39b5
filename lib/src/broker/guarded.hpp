#pragma once

#include <eventmgr/error.hpp>

#include <type_traits>
#include <utility>

namespace eventmgr {

/// Calls `work`, which gives a `result`, and turns a lost store into a failure of that result.
template <class Work>
std::invoke_result_t<Work> guarded(Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const error& lost) {
    return lost.reason();
  }
}

}  // namespace eventmgr
