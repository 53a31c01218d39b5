#include "core/delivery/token_bucket.hpp"

#include <algorithm>
#include <cmath>

namespace eventmgr {
namespace {

constexpr double nanoseconds_a_minute = 60e9;

/// Fractions of tokens add up with rounding errors; this much short of a whole one is one.
constexpr double slack = 1e-6;

}  // namespace

token_bucket::token_bucket(std::uint32_t per_minute, time now) noexcept
    : per_nanosecond_{std::max(per_minute, 1U) / nanoseconds_a_minute},
      largest_{std::max(per_minute / 60.0, 1.0)},
      most_debt_{static_cast<double>(std::max(per_minute, 1U))},
      tokens_{largest_},
      at_{now} {}

void token_bucket::refill(time now) noexcept {
  if (now <= at_) return;
  const std::chrono::nanoseconds passed = now - at_;
  tokens_ = std::min(largest_, tokens_ + static_cast<double>(passed.count()) * per_nanosecond_);
  at_ = now;
}

std::uint32_t token_bucket::available(time now) noexcept {
  refill(now);
  return static_cast<std::uint32_t>(std::max(tokens_ + slack, 0.0));
}

void token_bucket::spend(std::uint32_t count, time now) noexcept {
  refill(now);
  tokens_ = std::max(tokens_ - count, -most_debt_);
}

token_bucket::time token_bucket::next(time now) noexcept {
  refill(now);
  const double missing = 1.0 - tokens_;
  if (missing <= slack) return now;
  const double wait = std::ceil(missing / per_nanosecond_);
  return at_ + std::chrono::nanoseconds{static_cast<std::int64_t>(wait)};
}

}  // namespace eventmgr
