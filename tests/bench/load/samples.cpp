#include "bench/load/samples.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace eventmgr::bench {

void samples::add(std::chrono::microseconds duration) {
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  micros_.push_back(static_cast<std::uint32_t>(std::clamp<std::int64_t>(duration.count(), 0, most)));
}

double samples::percentile_ms(double share) {
  if (micros_.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(micros_.size())));
  const auto index = std::clamp<std::size_t>(rank, 1, micros_.size()) - 1;
  const auto at = micros_.begin() + static_cast<std::ptrdiff_t>(index);
  std::nth_element(micros_.begin(), at, micros_.end());
  return static_cast<double>(*at) / 1000.0;
}

}  // namespace eventmgr::bench
