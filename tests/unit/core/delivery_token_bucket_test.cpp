#include "core/delivery/token_bucket.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace eventmgr;
using namespace std::chrono_literals;

namespace {

const token_bucket::time full_at{1000s};

}  // namespace

TEST_CASE("at most a second's worth of events, and at least one, goes at once") {
  struct row {
    std::uint32_t per_minute;
    std::uint32_t at_once;
  };
  for (const row& each : std::vector<row>{{1, 1}, {59, 1}, {60, 1}, {600, 10}, {60000, 1000}, {90, 1}, {120, 2}}) {
    INFO(each.per_minute << " a minute");
    token_bucket bucket{each.per_minute, full_at};
    CHECK(bucket.available(full_at) == each.at_once);
    bucket.spend(each.at_once, full_at);
    CHECK(bucket.available(full_at) == 0);
    CHECK(bucket.available(full_at + 24h) == each.at_once);
  }
}

TEST_CASE("events go evenly, and the time of the next one is exact") {
  for (const std::uint32_t per_minute : {1U, 7U, 60U, 1000U, 60000U, 1000000U}) {
    INFO(per_minute << " a minute");
    token_bucket bucket{per_minute, full_at};
    bucket.spend(bucket.available(full_at), full_at);
    token_bucket::time now = full_at;
    for (std::uint32_t sent = 0; sent < per_minute; ++sent) {
      now = bucket.next(now);
      if (bucket.available(now) == 0) FAIL("the next event may not go when it was said to");
      bucket.spend(1, now);
    }
    CHECK(now > full_at + 59s);
    CHECK(now < full_at + 61s);
  }
}

TEST_CASE("what went beyond the limit is a debt that the next ones wait for") {
  token_bucket bucket{60, full_at};
  bucket.spend(11, full_at);
  CHECK(bucket.available(full_at + 10s) == 0);
  CHECK(bucket.next(full_at) == full_at + 11s);
  CHECK(bucket.next(full_at + 5s) == full_at + 11s);
  CHECK(bucket.available(full_at + 11s) == 1);
  CHECK(bucket.next(full_at + 12s) == full_at + 12s);
}

TEST_CASE("a debt is one of a minute at most") {
  for (const std::uint32_t per_minute : {1U, 60U, 6000U}) {
    INFO(per_minute << " a minute");
    token_bucket bucket{per_minute, full_at};
    for (int i = 0; i < 10; ++i) bucket.spend(UINT32_MAX, full_at);
    CHECK(bucket.available(full_at) == 0);
    CHECK(bucket.available(full_at + 60s) == 0);
    CHECK(bucket.next(full_at) > full_at + 60s);
    CHECK(bucket.next(full_at) <= full_at + 2min);
  }
}

TEST_CASE("a clock that stands still or a time from before gives no events") {
  token_bucket bucket{60, full_at};
  bucket.spend(1, full_at);
  CHECK(bucket.available(full_at) == 0);
  CHECK(bucket.available(full_at - 1h) == 0);
  CHECK(bucket.available(full_at + 500ms) == 0);
  CHECK(bucket.available(full_at + 1s) == 1);
}
