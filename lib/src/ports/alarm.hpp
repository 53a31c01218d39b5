#pragma once

#include <chrono>
#include <functional>

namespace eventmgr {

/// Wakes the core. Used on the core's thread.
class alarm {
 public:
  virtual ~alarm() = default;

  /// Runs `ring` on the core's thread at `when`, by the steady clock, or soon after. Takes the place of what was set
  /// before, which then does not ring.
  virtual void set(std::chrono::steady_clock::time_point when, std::function<void()> ring) = 0;

  /// What was set does not ring.
  virtual void cancel() = 0;
};

}  // namespace eventmgr
