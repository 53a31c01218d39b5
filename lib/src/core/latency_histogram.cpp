#include "core/latency_histogram.hpp"

#include <algorithm>
#include <bit>

namespace eventmgr {
namespace {

// Bucket 0 holds what is under 1 µs; 1 + 4k + q holds quarter q of [2^k, 2^(k+1)); the last one, all from 2^30 µs on.
constexpr std::size_t octaves = 30;
constexpr std::size_t last_bucket = latency_histogram::bucket_count - 1;
static_assert(last_bucket == 1 + 4 * octaves);

constexpr double seconds_of_micro = 1e-6;

/// The bucket that begins at 2^octave µs.
constexpr std::size_t first_bucket_from(std::size_t octave) noexcept { return 1 + 4 * octave; }

double lower_bound_of(std::size_t bucket) noexcept {
  if (bucket == 0) return 0;
  const std::size_t octave = (bucket - 1) / 4;
  const std::size_t quarter = (bucket - 1) % 4;
  return static_cast<double>(1ULL << octave) * (1.0 + static_cast<double>(quarter) / 4.0);
}

/// The middle of a bucket, in seconds: at most half a bucket's width from any duration in it.
double middle_of(std::size_t bucket) noexcept {
  const double low = lower_bound_of(bucket);
  const double high = bucket == last_bucket ? low : lower_bound_of(bucket + 1);
  return (low + high) / 2 * seconds_of_micro;
}

}  // namespace

std::size_t latency_histogram::bucket_of(std::uint64_t micros) noexcept {
  if (micros == 0) return 0;
  const auto octave = static_cast<std::size_t>(std::bit_width(micros)) - 1;
  if (octave >= octaves) return last_bucket;
  const std::uint64_t quarter = octave >= 2 ? (micros >> (octave - 2)) & 3U : (micros << (2 - octave)) & 3U;
  return 1 + 4 * octave + static_cast<std::size_t>(quarter);
}

std::uint64_t latency_histogram::bound_of(std::size_t bucket) noexcept {
  if (bucket == 0) return 1;
  if (bucket >= last_bucket) return UINT64_MAX;
  const std::size_t octave = (bucket - 1) / 4;
  const std::uint64_t quarters = 5 + (bucket - 1) % 4;
  return ((quarters << octave) + 3) / 4;
}

void latency_histogram::record(std::chrono::nanoseconds duration, std::uint64_t times) noexcept {
  const auto nanos = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
  counts_[bucket_of(nanos / 1000)].fetch_add(times, std::memory_order_relaxed);
  sum_nanos_.fetch_add(nanos * times, std::memory_order_relaxed);
}

latency_summary latency_histogram::summary() const {
  std::array<std::uint64_t, bucket_count> counts{};
  latency_summary result;
  for (std::size_t i = 0; i < bucket_count; ++i) {
    counts[i] = counts_[i].load(std::memory_order_relaxed);
    result.count += counts[i];
  }
  if (result.count == 0) return result;
  result.sum = static_cast<double>(sum_nanos_.load(std::memory_order_relaxed)) * 1e-9;

  // The rank of a quantile is the smallest number of durations that is at least that share of all.
  const auto quantile = [&](std::uint64_t percent) {
    const std::uint64_t rank = result.count / 100 * percent + (result.count % 100 * percent + 99) / 100;
    std::uint64_t seen = 0;
    std::size_t bucket = 0;
    while (seen + counts[bucket] < rank) seen += counts[bucket++];
    return middle_of(bucket);
  };
  std::uint64_t below = 0;
  std::size_t bucket = 0;
  for (std::size_t i = 0; i < latency_summary::bound_count; ++i) {
    for (; bucket < first_bucket_from(7 + i); ++bucket) below += counts[bucket];
    result.cumulative[i] = below;
  }
  result.p50 = quantile(50);
  result.p95 = quantile(95);
  result.p99 = quantile(99);
  return result;
}

}  // namespace eventmgr
