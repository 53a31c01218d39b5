#include "bench/wire/http_session.hpp"
#include "bench/wire/process_usage.hpp"
#include "chaos/history.hpp"
#include "chaos/ledger.hpp"
#include "chaos/live_server.hpp"
#include "chaos/subscriptions.hpp"
#include "tools/webhook_receiver.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace eventmgr::chaos {

namespace {

using nlohmann::json;
using std::chrono::steady_clock;
using testing::webhook_receiver;

constexpr std::uint64_t mebibyte = 1ULL << 20U;

// Less than it takes to give up a bad one, or to hear from the slow one.
#ifdef EVENTMGR_CHAOS_SANITIZED
constexpr std::chrono::milliseconds slowest_delivery(3000);
#else
constexpr std::chrono::milliseconds slowest_delivery(800);
#endif

/// A receiver whose path says how it misbehaves, with an origin and a subscription of its own.
struct bad_receiver {
  bad_receiver(const live_server& server, const std::string& named, const std::string& asked, json retry_policy)
      : name(named), path(asked) {
    receiver.forget_requests();
    bench::create_subscription(
        server.address(),
        json{{"name", name},
             {"topic", "chaos.#"},
             {"endpoint", receiver.url(path)},
             {"options", {{"maxConcurrency", 4}, {"ackTimeoutMs", 1000}, {"retryPolicy", std::move(retry_policy)}}}}
            .dump());
  }

  const std::string name;
  const std::string path;
  webhook_receiver receiver;
};

/// When each event was acknowledged, by its id.
using publish_times = std::map<std::string, steady_clock::time_point>;

/// Publishes one event every two milliseconds.
publish_times publish_for(const live_server& server, std::chrono::milliseconds span) {
  publish_times times;
  bench::http_session session(server.address());
  const auto end = steady_clock::now() + span;
  while (steady_clock::now() < end) {
    const auto answer = session.post(
        "/events", R"({"type":"chaos.sample.made","source":"chaos","payload":{"note":"for good and bad receivers"}})");
    if (answer.status != 200) FAIL("an event was refused: " << answer.body);
    times.emplace(json::parse(answer.body).at("eventId").get<std::string>(), steady_clock::now());
    pause_for(std::chrono::milliseconds(2));
  }
  return times;
}

/// The share of events that came later after their acknowledgement than `limit`.
double share_later_than(std::chrono::milliseconds limit, const webhook_receiver& receiver, const std::string& path,
                        const publish_times& published) {
  std::size_t late = 0;
  for (const auto& request : receiver.requests(path)) {
    const auto found = published.find(request.header("webhook-id"));
    if (found != published.end() && request.at > found->second + limit) ++late;
  }
  return static_cast<double>(late) / static_cast<double>(std::max<std::size_t>(published.size(), 1));
}

std::uint64_t memory_of(live_server& server) {
  const auto usage = bench::usage_of(server.pid());
  REQUIRE(usage.has_value());
  return usage ? usage->anonymous_bytes : 0;
}

}  // namespace

TEST_CASE(
    "receivers that hang, break off, drip, talk rubbish or send 1 GiB neither delay a healthy one nor cost memory") {
  const testing::temp_dir data(disk_folder());
  live_server server(data.path());
  webhook_receiver healthy;
  bench::create_subscription(server.address(), json{{"name", "healthy"},
                                                    {"topic", "chaos.#"},
                                                    {"endpoint", healthy.url("/ok")},
                                                    {"options", {{"maxConcurrency", 8}}}}
                                                   .dump());
  publish_for(server, std::chrono::seconds(1));
  const auto before = memory_of(server);
  std::vector<std::unique_ptr<bad_receiver>> bad;
  for (const char* name : {"hang", "reset", "drip", "rubbish", "huge"}) {
    bad.push_back(std::make_unique<bad_receiver>(server, name, "/" + std::string(name), json::object()));
  }
  bad.push_back(std::make_unique<bad_receiver>(server, "slow", "/slow/900", json::object()));

  const auto published = publish_for(server, std::chrono::seconds(8));

  CHECK(wait_until_settled(server.address(), "healthy"));
  const auto after = memory_of(server);
  INFO(server.log());
  CAPTURE(published.size(), before / mebibyte, after / mebibyte);
  // Behind a bad one most would be late; a moment without a processor makes some so.
  CHECK(share_later_than(slowest_delivery, healthy, "/ok", published) < 0.05);
  CHECK(bench::settlement_of(server.address(), "healthy").dead == 0);
#ifndef EVENTMGR_CHAOS_SANITIZED  // a sanitizer keeps what was freed
  CHECK(after < before + 32 * mebibyte);
#endif
  for (const auto& each : bad) {
    INFO(each->name << ": " << bench::subscription_stats(server.address(), each->name));
    const auto found = bench::settlement_of(server.address(), each->name);
    // Each event is somewhere: the counters are of what the floors passed, the rest is behind or waits.
    CHECK(found.skipped + found.expired == 0);
    CHECK(found.acknowledged + found.dead + found.unsettled >= published.size());
  }
  CHECK_THAT(faults_in_ledger(server.address()), Catch::Equals(""));
  CHECK(server.terminate() == 0);
  CHECK_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
}

TEST_CASE("a receiver that hung or broke off gets everything once it answers") {
  const testing::temp_dir data(disk_folder());
  live_server server(data.path());
  const json patient{{"maxRetries", 20}, {"initialDelay", 100}, {"maxDelay", 1000}};
  std::vector<std::unique_ptr<bad_receiver>> bad;
  for (const char* name : {"hang", "reset", "rubbish"}) {
    bad.push_back(std::make_unique<bad_receiver>(server, name, "/" + std::string(name), patient));
  }
  const auto published = publish_for(server, std::chrono::seconds(3));

  for (const auto& each : bad) {
    each->receiver.treat(each->path, [](const testing::webhook_request&) { return testing::webhook_reply{}; });
  }

  // The circuit breakers let their probes through after half a minute.
  for (const auto& each : bad) {
    INFO(each->name << ": " << bench::subscription_stats(server.address(), each->name));
    CHECK(wait_until_settled(server.address(), each->name, std::chrono::seconds(100)));
    const auto found = bench::settlement_of(server.address(), each->name);
    CHECK(found.acknowledged == published.size());
    CHECK(found.dead == 0);
  }
  CHECK(server.terminate() == 0);
  CHECK_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
}

}  // namespace eventmgr::chaos
