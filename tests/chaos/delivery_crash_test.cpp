#include "chaos/deliveries.hpp"
#include "chaos/durable_consumer.hpp"
#include "chaos/history.hpp"
#include "chaos/ledger.hpp"
#include "chaos/live_server.hpp"
#include "chaos/publishers.hpp"
#include "chaos/subscriptions.hpp"
#include "tools/webhook_receiver.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <random>
#include <string>

namespace eventmgr::chaos {

namespace {

using nlohmann::json;
using testing::webhook_receiver;
using testing::webhook_reply;
using testing::webhook_request;

webhook_reply reply_as(const char* path) { return testing::reply_of_path(path).value_or(webhook_reply{.status = 404}); }

/// What becomes of an event at a receiver that does not always agree: a few it never wants, a few fail every time, and
/// of the rest some fail at first. A handler's result each time, so that no circuit breaker opens.
webhook_reply moody_reply(const webhook_request& request) {
  const auto mood = std::hash<std::string>{}(request.header("webhook-id"));
  if (mood % 53 == 0) return reply_as("/result/reject");
  if (mood % 47 == 0) return reply_as("/result/retry");
  if (mood % 3 == 0 && request.header("x-eventmgr-attempt") == "1") return reply_as("/result/retry");
  return reply_as("/result/success");
}

bool took_it(const webhook_request& request) { return moody_reply(request).body == reply_as("/result/success").body; }

void subscribe(const live_server& server, const std::string& name, const std::string& topic, const std::string& url,
               json options) {
  options["retryPolicy"] = {{"maxRetries", 2}, {"initialDelay", 20}, {"maxDelay", 100}};
  bench::create_subscription(
      server.address(),
      json{{"name", name}, {"topic", topic}, {"endpoint", url}, {"options", std::move(options)}}.dump());
}

/// Each event that was asked for was received or is a dead letter, and the daemon's own counters say so too.
void check_settled(const live_server& server, const std::string& name, const std::vector<stored_event>& expected,
                   const id_set& received) {
  INFO(name);
  CHECK(wait_until_settled(server.address(), name));
  INFO(bench::subscription_stats(server.address(), name));
  const auto found = bench::settlement_of(server.address(), name);
  CHECK(found.matched == expected.size());
  CHECK(found.matched == found.acknowledged + found.dead);
  const auto dead = dead_letters_of(server.address(), name);
  CHECK(found.dead == dead.size());
  CHECK(joined(faults_in_deliveries(expected, received, dead)).empty());
}

}  // namespace

TEST_CASE("killing the daemon while it delivers loses no event that a durable subscription asked for") {
  const testing::temp_dir data(disk_folder());
  webhook_receiver receiver;
  receiver.treat("/moody", moody_reply);
  live_server server(data.path());
  subscribe(server, "each", "chaos.#", receiver.url("/ok?each"), {{"maxConcurrency", 16}});
  receiver.treat("/batched", [](const webhook_request&) { return webhook_reply{}; });
  subscribe(server, "batched", "chaos.#", receiver.url("/batched"), {{"batchSize", 50}, {"maxConcurrency", 2}});
  receiver.treat("/ordered", [](const webhook_request&) { return webhook_reply{}; });
  subscribe(server, "ordered", "chaos.3.made", receiver.url("/ordered"), json::object());
  subscribe(server, "moody", "chaos.5.made", receiver.url("/moody"), {{"maxConcurrency", 4}});
  durable_consumer attached(server, "attached", "chaos.2.made", R"({"maxConcurrency":100})");
  publisher_group publishers(server, 2, 1);
  const auto seed = std::random_device{}();
  std::mt19937 random(seed);
  INFO("seed " << seed);

  for (unsigned kills = wanted_kills(); kills > 0; --kills) {
    // Only once this daemon has delivered something, and then at any moment.
    REQUIRE(receiver.wait_for("/ok", receiver.count("/ok") + 20, testing::default_patience));
    pause_for(std::chrono::microseconds(random() % 200000));
    server.crash();
    REQUIRE_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
    server.start();
  }
  REQUIRE(publishers.wait_for_more(1));
  publishers.stop();

  INFO(server.log());
  const auto history = read_history(server.address());
  CHECK(joined(publishers.faults()).empty());
  CHECK(joined(faults_in(history, publishers.told())).empty());
  for (const char* name : {"each", "batched", "ordered", "moody", "attached"}) {
    INFO(name);
    CHECK(wait_until_settled(server.address(), name));
  }
  attached.stop();

  const auto each = events_in(receiver.requests("/ok"));
  check_settled(server, "each", history, ids_of(each));
  CHECK(each.size() > history.size());  // else no kill met a delivery
  check_settled(server, "batched", history, ids_of(events_in(receiver.requests("/batched"))));

  const auto ordered = events_in(receiver.requests("/ordered"));
  check_settled(server, "ordered", events_on(history, "chaos/3/made"), ids_of(ordered));
  CHECK(joined(faults_in_order(ordered)).empty());

  id_set taken;
  for (const auto& request : receiver.requests("/moody")) {
    if (took_it(request)) taken.merge(ids_of(events_in(request)));
  }
  check_settled(server, "moody", events_on(history, "chaos/5/made"), taken);

  id_set seen;
  for (const auto& delivery : attached.seen()) seen.insert(delivery.event.id);
  check_settled(server, "attached", events_on(history, "chaos/2/made"), seen);

  CHECK(server.terminate() == 0);
  CHECK(joined(faults_in_file(data.path(), history)).empty());
  CHECK_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
}

TEST_CASE("dead letters are of events that the receiver refused, also across crashes") {
  const testing::temp_dir data(disk_folder());
  webhook_receiver receiver;
  receiver.treat("/moody", moody_reply);
  live_server server(data.path());
  subscribe(server, "moody", "chaos.#", receiver.url("/moody"), {{"maxConcurrency", 32}});
  publisher_group publishers(server, 2, 0);

  for (int round = 0; round < 3; ++round) {
    REQUIRE(publishers.wait_for_more(300));
    server.crash();
    REQUIRE_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
    server.start();
  }
  publishers.stop();

  CHECK(wait_until_settled(server.address(), "moody"));
  const auto dead = dead_letters_of(server.address(), "moody");
  CHECK_FALSE(dead.empty());
  std::size_t wrongly_dead = 0;
  for (const auto& id : dead) {
    const auto mood = std::hash<std::string>{}(id);
    if (mood % 53 != 0 && mood % 47 != 0) ++wrongly_dead;
  }
  CHECK(wrongly_dead == 0);
  CHECK_THAT(faults_in_ledger(server.address()), Catch::Equals(""));
  CHECK(server.terminate() == 0);
  CHECK_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
}

}  // namespace eventmgr::chaos
