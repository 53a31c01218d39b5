#include "broker/delivery/redelivery/requeue_gate.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using verdict = requeue_gate::verdict;
using time = requeue_gate::time;
using std::chrono::milliseconds;

const time start{std::chrono::seconds{100}};

TEST_CASE("a plan without conditions is always open") {
  requeue_gate gate{{}, 0, 0, 0};
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(gate.ask(start) == verdict::open);
    gate.begun(start);
  }
  for (int i = 0; i < 1000; ++i) gate.failed();
  CHECK(gate.objection() == nullptr);
}

TEST_CASE("a limit counts what was tried before a restart") {
  requeue_gate gate{{.limit = 3}, 1, 1, 0};
  CHECK(gate.ask(start) == verdict::open);
  gate.begun(start);
  CHECK(gate.ask(start) == verdict::closed);
  gate.withdrawn();
  CHECK(gate.ask(start) == verdict::open);
}

TEST_CASE("a canary holds the rest back until all of it was delivered") {
  requeue_gate gate{{.canary = 2}, 0, 0, 0};
  gate.begun(start);
  gate.begun(start);
  CHECK(gate.ask(start) == verdict::waiting);
  gate.delivered();
  CHECK(gate.ask(start) == verdict::waiting);
  gate.delivered();
  CHECK(gate.ask(start) == verdict::open);
}

TEST_CASE("a canary that fails stops the plan") {
  requeue_gate gate{{.canary = 2}, 0, 0, 0};
  gate.begun(start);
  gate.failed();
  REQUIRE(gate.objection() != nullptr);
  CHECK(std::string{gate.objection()} == "the canary failed");
}

TEST_CASE("a plan that is resumed counts its failures anew, and tries its canary again") {
  requeue_gate gate{{.canary = 2, .stop_on_failures = 1}, 1, 1, 1};
  CHECK(gate.objection() == nullptr);
  CHECK(gate.ask(start) == verdict::open);
  gate.begun(start);
  CHECK(gate.ask(start) == verdict::waiting);
  gate.delivered();
  CHECK(gate.ask(start) == verdict::open);
}

TEST_CASE("so many failures stop a plan") {
  requeue_gate gate{{.stop_on_failures = 2}, 10, 0, 0};
  gate.begun(start);
  gate.begun(start);
  gate.failed();
  CHECK(gate.objection() == nullptr);
  gate.failed();
  CHECK(gate.objection() != nullptr);
}

TEST_CASE("a rate spaces what begins, and saves nothing up") {
  requeue_gate gate{{.rate_per_second = 10}, 0, 0, 0};
  CHECK(gate.ask(start) == verdict::open);
  gate.begun(start);
  CHECK(gate.ask(start) == verdict::later);
  CHECK(gate.next() == start + milliseconds{100});
  const time later = start + milliseconds{1000};
  gate.begun(later);
  CHECK(gate.ask(later) == verdict::later);
  CHECK(gate.next() == later + milliseconds{100});
}

}  // namespace
}  // namespace eventmgr::test
