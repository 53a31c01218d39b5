#pragma once

#include <eventmgr/time.hpp>

#include <chrono>

namespace eventmgr {

/// Where the broker reads the time, so that tests can set it. Thread-safe.
class clock {
 public:
  virtual ~clock() = default;

  /// Wall time; may step back.
  virtual time_point now() const = 0;

  /// For latencies and timeouts; never steps back.
  virtual std::chrono::steady_clock::time_point steady_now() const = 0;
};

}  // namespace eventmgr
