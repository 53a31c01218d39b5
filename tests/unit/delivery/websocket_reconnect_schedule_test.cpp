#include "delivery/websocket/reconnect_schedule.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace eventmgr::delivery;
using namespace std::chrono_literals;

namespace {

constexpr double least = 0;
constexpr double most = 0.9999999;

}  // namespace

TEST_CASE("the wait doubles with each failure, up to its limit", "[outbound]") {
  reconnect_schedule schedule{{.first = 1s, .longest = 30s}};
  const reconnect_schedule::clock::time_point now{};

  CHECK(schedule.ended(now, most) == 999ms);
  CHECK(schedule.ended(now, most) == 1999ms);
  CHECK(schedule.ended(now, least) == 2s);
  CHECK(schedule.ended(now, least) == 4s);
  CHECK(schedule.ended(now, least) == 8s);
  for (int i = 0; i < 100; ++i) CHECK(schedule.ended(now, least) == 15s);
}

TEST_CASE("a connection that lasted begins the count anew, one that broke at once does not", "[outbound]") {
  reconnect_schedule schedule{{.first = 1s, .longest = 30s, .steady_after = 10s}};
  reconnect_schedule::clock::time_point now{};
  for (int i = 0; i < 3; ++i) schedule.ended(now, least);

  schedule.opened(now);
  now += 9s;
  const auto after_short = schedule.ended(now, least);
  schedule.opened(now);
  now += 10s;
  const auto after_long = schedule.ended(now, least);

  CHECK(after_short == 4s);
  CHECK(after_long == 500ms);
  CHECK(schedule.ended(now + 1h, least) == 1s);
}
