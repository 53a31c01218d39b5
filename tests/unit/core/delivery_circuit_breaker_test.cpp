#include "core/delivery/circuit_breaker.hpp"

#include <catch2/catch.hpp>

using namespace eventmgr;
using namespace std::chrono_literals;

namespace {

const circuit_breaker::time closed_at{1000s};

/// A breaker that opened at `closed_at`.
circuit_breaker opened() {
  circuit_breaker breaker;
  for (std::uint32_t i = 0; i < circuit_breaker::failures_to_open; ++i) breaker.failed(closed_at);
  return breaker;
}

}  // namespace

TEST_CASE("a breaker opens after five failures in a row") {
  circuit_breaker breaker;
  for (int i = 0; i < 4; ++i) breaker.failed(closed_at);
  CHECK(breaker.state(closed_at) == breaker_state::closed);
  CHECK(breaker.allow(closed_at));
  breaker.failed(closed_at);
  CHECK(breaker.state(closed_at) == breaker_state::open);
  CHECK_FALSE(breaker.allow(closed_at));
  CHECK(breaker.open_until() == closed_at + 30s);
}

TEST_CASE("a success between failures begins the count anew") {
  circuit_breaker breaker;
  for (int i = 0; i < 4; ++i) breaker.failed(closed_at);
  breaker.succeeded();
  for (int i = 0; i < 4; ++i) breaker.failed(closed_at);
  CHECK(breaker.state(closed_at) == breaker_state::closed);
}

TEST_CASE("after its pause an open breaker lets one probe through") {
  circuit_breaker breaker = opened();
  CHECK_FALSE(breaker.allow(closed_at + 30s - 1ns));
  CHECK(breaker.state(closed_at + 30s) == breaker_state::half_open);
  CHECK(breaker.allow(closed_at + 30s));
  CHECK_FALSE(breaker.allow(closed_at + 31s));
  CHECK(breaker.state(closed_at + 31s) == breaker_state::half_open);
}

TEST_CASE("a probe that succeeds closes the breaker") {
  circuit_breaker breaker = opened();
  REQUIRE(breaker.allow(closed_at + 30s));
  breaker.succeeded();
  CHECK(breaker.state(closed_at + 30s) == breaker_state::closed);
  CHECK(breaker.allow(closed_at + 30s));
  for (int i = 0; i < 4; ++i) breaker.failed(closed_at + 31s);
  CHECK(breaker.allow(closed_at + 31s));
}

TEST_CASE("each probe that fails doubles the pause, up to five minutes") {
  circuit_breaker breaker = opened();
  circuit_breaker::time now = closed_at;
  for (const auto pause : {30s, 60s, 120s, 240s, 300s, 300s}) {
    INFO(pause.count() << " s");
    CHECK(breaker.open_until() == now + pause);
    now += pause;
    CHECK_FALSE(breaker.allow(now - 1ns));
    REQUIRE(breaker.allow(now));
    breaker.failed(now);
  }
  now = breaker.open_until();
  REQUIRE(breaker.allow(now));
  breaker.succeeded();
  for (int i = 0; i < 5; ++i) breaker.failed(now);
  CHECK(breaker.open_until() == now + 30s);
}

TEST_CASE("failures of deliveries that were under way when it opened do not lengthen the pause") {
  circuit_breaker breaker = opened();
  for (int i = 0; i < 60; ++i) breaker.failed(closed_at + 10s);
  CHECK(breaker.open_until() == closed_at + 30s);
}

TEST_CASE("a success of a delivery that was under way when it opened closes it") {
  circuit_breaker breaker = opened();
  breaker.succeeded();
  CHECK(breaker.allow(closed_at));
}

TEST_CASE("after a probe that came to nothing the next one may try at once") {
  circuit_breaker breaker = opened();
  REQUIRE(breaker.allow(closed_at + 30s));
  breaker.abandoned();
  CHECK(breaker.state(closed_at + 30s) == breaker_state::half_open);
  CHECK(breaker.allow(closed_at + 30s));
}
