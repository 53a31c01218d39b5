#include "core/delivery/retry_delay.hpp"

#include <algorithm>

namespace eventmgr {
namespace {

using std::chrono::milliseconds;

/// `initial` times `factor`, but no more than `most`; neither is negative. Divides, because a product may overflow.
milliseconds grown(milliseconds initial, std::int64_t factor, milliseconds most) noexcept {
  return initial > most / factor ? most : initial * factor;
}

milliseconds full_delay(const retry_policy& policy, std::uint32_t retry) noexcept {
  constexpr std::uint32_t most_doublings = 62;
  const milliseconds initial = std::max(policy.initial_delay, milliseconds{0});
  const milliseconds most = std::max(policy.max_delay, milliseconds{0});
  const std::uint32_t k = std::max(retry, 1U);
  switch (policy.strategy) {
    case backoff_strategy::fixed:
      return std::min(initial, most);
    case backoff_strategy::linear:
      return grown(initial, k, most);
    case backoff_strategy::exponential:
      return grown(initial, std::int64_t{1} << std::min(k - 1, most_doublings), most);
  }
  return most;
}

}  // namespace

milliseconds retry_delay(const retry_policy& policy, std::uint32_t retry, double random) noexcept {
  const milliseconds longest = full_delay(policy, retry);
  if (!policy.jitter) return longest;
  const milliseconds shortest = longest / 2;
  const auto drawn = static_cast<std::int64_t>(random * static_cast<double>((longest - shortest).count() + 1));
  return std::clamp(shortest + milliseconds{drawn}, shortest, longest);
}

}  // namespace eventmgr
