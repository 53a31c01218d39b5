#include "core/latency_histogram.hpp"

#include <catch2/catch.hpp>

#include <thread>
#include <vector>

using namespace eventmgr;
using namespace std::chrono_literals;

TEST_CASE("every duration lies below the bound of its bucket and not below that of an earlier one") {
  for (std::uint64_t micros : {0ULL, 1ULL, 2ULL, 3ULL, 4ULL, 5ULL, 7ULL, 8ULL, 9ULL, 1000ULL, 1023ULL, 1024ULL,
                               123456ULL, (1ULL << 30U) - 1, 1ULL << 30U, 1ULL << 60U}) {
    INFO(micros);
    const std::size_t bucket = latency_histogram::bucket_of(micros);
    REQUIRE(bucket < latency_histogram::bucket_count);
    CHECK(micros < latency_histogram::bound_of(bucket));
    for (std::size_t below = 0; below < bucket; ++below) CHECK(latency_histogram::bound_of(below) <= micros);
  }
}

TEST_CASE("buckets are in order and a quarter of a power of two wide") {
  for (std::size_t bucket = 1; bucket < latency_histogram::bucket_count; ++bucket) {
    CHECK(latency_histogram::bound_of(bucket - 1) <= latency_histogram::bound_of(bucket));
  }
  CHECK(latency_histogram::bound_of(latency_histogram::bucket_of(1024)) == 1280);
  CHECK(latency_histogram::bound_of(latency_histogram::bucket_of(2047)) == 2048);
}

TEST_CASE("quantiles are within an eighth of the truth") {
  latency_histogram histogram;
  for (int micros = 1; micros <= 10000; ++micros) histogram.record(std::chrono::microseconds{micros});
  const latency_summary summary = histogram.summary();
  CHECK(summary.count == 10000);
  CHECK(summary.sum == Approx(50.005));
  CHECK(summary.p50 == Approx(5000e-6).epsilon(0.125));
  CHECK(summary.p95 == Approx(9500e-6).epsilon(0.125));
  CHECK(summary.p99 == Approx(9900e-6).epsilon(0.125));
}

TEST_CASE("a histogram without durations is all zero") {
  const latency_summary summary = latency_histogram{}.summary();
  CHECK(summary.count == 0);
  CHECK(summary.p99 == 0);
}

TEST_CASE("durations beyond the range, and below zero, are counted at its ends") {
  latency_histogram histogram;
  histogram.record(-5s);
  CHECK(histogram.summary().p50 < 1e-6);
  histogram.record(24h, 3);
  CHECK(histogram.summary().count == 4);
  CHECK(histogram.summary().p50 == Approx(1073.7).epsilon(0.01));
}

TEST_CASE("threads may record at the same time") {
  latency_histogram histogram;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10000; ++n) histogram.record(10us);
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(histogram.summary().count == 40000);
  CHECK(histogram.summary().sum == Approx(0.4));
}
