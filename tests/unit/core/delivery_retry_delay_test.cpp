#include "core/delivery/retry_delay.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace eventmgr;
using namespace std::chrono_literals;

namespace {

retry_policy policy_of(backoff_strategy strategy, std::chrono::milliseconds initial, std::chrono::milliseconds most,
                       bool jitter = false) {
  retry_policy policy;
  policy.strategy = strategy;
  policy.initial_delay = initial;
  policy.max_delay = most;
  policy.jitter = jitter;
  return policy;
}

/// The largest number below 1.
const double almost_one = std::nextafter(1.0, 0.0);

}  // namespace

TEST_CASE("a retry waits as long as its strategy says, up to the cap") {
  struct row {
    backoff_strategy strategy;
    std::uint32_t retry;
    std::chrono::milliseconds initial;
    std::chrono::milliseconds most;
    std::chrono::milliseconds expected;
  };
  const auto longest = std::chrono::milliseconds::max();
  const row rows[] = {
      {backoff_strategy::fixed, 1, 1s, 30s, 1s},
      {backoff_strategy::fixed, 100, 1s, 30s, 1s},
      {backoff_strategy::fixed, 1, 40s, 30s, 30s},
      {backoff_strategy::linear, 1, 1s, 30s, 1s},
      {backoff_strategy::linear, 7, 1s, 30s, 7s},
      {backoff_strategy::linear, 30, 1s, 30s, 30s},
      {backoff_strategy::linear, 31, 1s, 30s, 30s},
      {backoff_strategy::linear, 100, 240h, 1000h, 1000h},
      {backoff_strategy::linear, 100, longest, longest, longest},
      {backoff_strategy::exponential, 1, 1s, 30s, 1s},
      {backoff_strategy::exponential, 2, 1s, 30s, 2s},
      {backoff_strategy::exponential, 5, 1s, 30s, 16s},
      {backoff_strategy::exponential, 6, 1s, 30s, 30s},
      {backoff_strategy::exponential, 20, 1s, 240h, 524288s},
      {backoff_strategy::exponential, 21, 1s, 240h, 240h},
      {backoff_strategy::exponential, 100, 1s, 240h, 240h},
      {backoff_strategy::exponential, 100, 1ms, longest, std::chrono::milliseconds{std::int64_t{1} << 62}},
      {backoff_strategy::exponential, 100, 3ms, longest, longest},
      {backoff_strategy::exponential, UINT32_MAX, 1s, 30s, 30s},
      {backoff_strategy::exponential, 100, 0s, 30s, 0s},
      {backoff_strategy::linear, 3, 1s, 0s, 0s},
  };
  for (const row& each : rows) {
    INFO(to_string(each.strategy) << " " << each.initial.count() << " ms, retry " << each.retry);
    CHECK(retry_delay(policy_of(each.strategy, each.initial, each.most), each.retry, 0.5) == each.expected);
  }
}

TEST_CASE("jitter draws a delay from its upper half") {
  struct row {
    std::chrono::milliseconds delay;
    double random;
    std::chrono::milliseconds expected;
  };
  const auto longest = std::chrono::milliseconds::max();
  const row rows[] = {
      {1000ms, 0.0, 500ms},   {1000ms, 0.5, 750ms},     {1000ms, almost_one, 1000ms}, {7ms, 0.0, 3ms},
      {7ms, almost_one, 7ms}, {1ms, 0.0, 0ms},          {1ms, almost_one, 1ms},       {0ms, almost_one, 0ms},
      {240h, 0.0, 120h},      {240h, almost_one, 240h}, {longest, 0.0, longest / 2},
  };
  for (const row& each : rows) {
    INFO(each.delay.count() << " ms, drawn " << each.random);
    const retry_policy policy = policy_of(backoff_strategy::fixed, each.delay, longest, true);
    CHECK(retry_delay(policy, 1, each.random) == each.expected);
  }
}

TEST_CASE("jitter stays within the cap") {
  const retry_policy policy = policy_of(backoff_strategy::exponential, 1s, 30s, true);
  CHECK(retry_delay(policy, 100, 0.0) == 15s);
  CHECK(retry_delay(policy, 100, almost_one) == 30s);
}
