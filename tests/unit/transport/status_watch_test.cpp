#include "telemetry/status_watch.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::telemetry;
using namespace std::chrono_literals;
using weight = status_note::weight;

namespace {

const status_watch::steady_time start{};

health_report healthy() { return {.dependencies = {{.name = "store"}}}; }

health_report unwell() {
  return {.state = health_state::unhealthy,
          .dependencies = {{.name = "store", .state = health_state::unhealthy, .detail = "disk full"}}};
}

subscription_info subscription(subscription_status status, std::string reason = {}) {
  subscription_info info{.status = status, .status_reason = std::move(reason)};
  info.definition.name = "billing";
  return info;
}

}  // namespace

TEST_CASE("trouble with the store is told when it begins and when it ends") {
  status_watch watch;
  CHECK(watch.look(healthy(), {}, 0, start).empty());
  CHECK(watch.look(unwell(), {}, 0, start) ==
        std::vector<status_note>{{weight::error, "the store is in trouble: disk full"}});
  CHECK(watch.look(unwell(), {}, 0, start).empty());
  CHECK(watch.look(healthy(), {}, 0, start) == std::vector<status_note>{{weight::info, "the store is well again"}});
}

TEST_CASE("a breaker is told when it opens and when it closes, whatever its probes find between") {
  status_watch watch;
  const auto see = [&](breaker_state state) {
    metrics_report metrics;
    metrics.breakers = {{.origin = "https://a:443", .state = state}};
    return watch.look(healthy(), metrics, 0, start);
  };
  CHECK(see(breaker_state::closed).empty());
  const auto opened = see(breaker_state::open);
  REQUIRE(opened.size() == 1);
  CHECK(opened.front().how == weight::warning);
  CHECK(opened.front().text.find("https://a:443 has opened") != std::string::npos);
  CHECK(see(breaker_state::half_open).empty());
  CHECK(see(breaker_state::open).empty());
  CHECK(see(breaker_state::half_open).empty());
  const auto closed = see(breaker_state::closed);
  REQUIRE(closed.size() == 1);
  CHECK(closed.front().how == weight::info);
}

TEST_CASE("what happens again and again is told once, and again after it has been away") {
  status_watch watch;
  const auto see = [&](std::uint64_t refused, std::chrono::seconds at) {
    metrics_report metrics;
    metrics.publish_requests_refused = refused;
    return watch.look(healthy(), metrics, 0, start + at).size();
  };
  CHECK(see(0, 0s) == 0);
  CHECK(see(3, 1s) == 1);
  CHECK(see(900, 2s) == 0);
  CHECK(see(901, 50s) == 0);
  CHECK(see(901, 109s) == 0);
  CHECK(see(901, 110s) == 1);
  CHECK(see(901, 500s) == 0);
  CHECK(see(902, 501s) == 1);
}

TEST_CASE("connections that cannot be accepted are a warning") {
  status_watch watch;
  watch.look(healthy(), {}, 0, start);
  const auto notes = watch.look(healthy(), {}, 5, start);
  REQUIRE(notes.size() == 1);
  CHECK(notes.front().how == weight::warning);
}

TEST_CASE("a subscription that stops is told with the reason, also one that was stopped before the start") {
  status_watch watch;
  const auto see = [&](const subscription_info& info) {
    return watch.look(std::span<const subscription_info>{&info, 1});
  };

  CHECK(see(subscription(subscription_status::paused, "HTTP 410")) ==
        std::vector<status_note>{{weight::warning, "subscription billing is paused: HTTP 410"}});
  CHECK(see(subscription(subscription_status::paused, "HTTP 410")).empty());
  CHECK(see(subscription(subscription_status::active)) ==
        std::vector<status_note>{{weight::info, "subscription billing is active"}});
  CHECK(see(subscription(subscription_status::error, "refused")) ==
        std::vector<status_note>{{weight::error, "subscription billing is in error: refused"}});
  CHECK(watch.look(std::span<const subscription_info>{}).empty());
}
