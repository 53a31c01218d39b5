#pragma once

#include <chrono>
#include <thread>

namespace eventmgr::testing {

/// How long a test waits for what has to come. Only where something is broken is it waited out, so it is meant for the
/// worst: a sanitizer, two cores that others use as well, and a disk whose syncs are slow.
inline constexpr std::chrono::seconds default_patience{60};

/// Asks again and again, with a pause between, until it is so; false if it does not become so in time.
template <class Condition>
bool eventually(Condition holds, std::chrono::milliseconds patience = default_patience,
                std::chrono::milliseconds pause = std::chrono::milliseconds{5}) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

}  // namespace eventmgr::testing
