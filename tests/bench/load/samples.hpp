#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace eventmgr::bench {

/// Every single duration of a run, so that the percentiles are exact and the worst is seen.
class samples {
 public:
  /// Clamped to 0..71 minutes.
  void add(std::chrono::microseconds duration);

  void clear() noexcept { micros_.clear(); }
  std::size_t count() const noexcept { return micros_.size(); }

  /// The smallest sample that `share` (0..1) of them do not exceed, in milliseconds; 0 without samples. Reorders them.
  double percentile_ms(double share);

 private:
  std::vector<std::uint32_t> micros_;
};

}  // namespace eventmgr::bench
