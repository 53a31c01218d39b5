#pragma once

#include <chrono>
#include <thread>

namespace eventmgr::testing {

/// How long a test waits for what has to come. Only where something is broken is it waited out, so it is meant for the
/// worst: a sanitizer, two cores that others use as well, and a disk whose syncs are slow.
inline constexpr std::chrono::seconds default_patience{60};

/// One stretch of patience for a wait in several steps, each of which may be ended early by something else: what keeps
/// coming, such as heartbeats, does not make it longer.
class wait_limit {
 public:
  explicit wait_limit(std::chrono::milliseconds patience = default_patience)
      : end_{std::chrono::steady_clock::now() + patience} {}

  /// What is left of it; never less than 0.
  std::chrono::milliseconds left() const {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
    return rest.count() > 0 ? rest : std::chrono::milliseconds{0};
  }

 private:
  std::chrono::steady_clock::time_point end_;
};

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
