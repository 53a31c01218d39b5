#include "http_fake_face.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::transport;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

const std::string path = "/dead-letters/" + id;
const std::string plan_path = "/dead-letters/requeues/" + id;

std::string location_of(const outcome& result) {
  const auto found = result.answer->headers.find("Location");
  return found ? std::string{*found} : std::string{};
}

}  // namespace

TEST_CASE("one dead letter is requeued by a plan of its own") {
  face_fixture fixture;
  fixture.redelivery.plan = {.id = *requeue_id::parse(id), .matched = 1};

  const outcome result = fixture.send("POST", path + "/requeue");

  CHECK(result.answer->status == 202);
  CHECK(location_of(result) == plan_path);
  CHECK(body_of(result)["planId"] == id);
  CHECK(body_of(result)["requeued"] == 1);
  CHECK(body_of(result)["dryRun"] == false);
  REQUIRE(fixture.redelivery.requeued);
  CHECK(fixture.redelivery.requeued->which.ids == std::vector{*dead_letter_id::parse(id)});
  CHECK(fixture.redelivery.requeued->patch.empty());

  fixture.send("POST", path + "/requeue", R"({"patch":{"a": null}})");
  CHECK(fixture.redelivery.requeued->patch == R"({"a":null})");
}

TEST_CASE("a requeue that is none is refused before it reaches the broker") {
  face_fixture fixture;
  CHECK(fixture.send("POST", path + "/requeue", R"({"patch":5})").answer->status == 400);
  CHECK(fixture.send("POST", path + "/requeue", R"({"canary":1})").answer->status == 400);
  CHECK(fixture.send("POST", path + "/requeue", "{}", "text/plain").answer->status == 415);
  CHECK(fixture.send("POST", "/dead-letters/orders/requeue").answer->status == 404);
  CHECK(fixture.send("POST", "/dead-letters/requeue").answer->status == 415);
  const outcome faults = fixture.send("POST", "/dead-letters/requeue", R"({"ids":[],"canary":-1,"odd":1})");
  CHECK(faults.answer->status == 400);
  CHECK(body_of(faults)["error"]["details"].size() == 3);
  CHECK_FALSE(fixture.redelivery.requeued);
}

TEST_CASE("many are requeued by a plan, or only counted") {
  face_fixture fixture;
  fixture.redelivery.plan = {.id = *requeue_id::parse(id), .matched = 7};
  fixture.redelivery.preview = {.matched = 9, .oldest = fixture.broker.now(), .newest = fixture.broker.now()};

  const outcome made = fixture.send("POST", "/dead-letters/requeue",
                                    R"({"subscription":"orders","since":"5m","canary":2,"ratePerSecond":10})");
  CHECK(made.answer->status == 202);
  CHECK(location_of(made) == plan_path);
  CHECK(body_of(made)["requeued"] == 7);
  REQUIRE(fixture.redelivery.requeued);
  CHECK(fixture.redelivery.requeued->which.since == fixture.broker.now() - 5min);
  CHECK(fixture.redelivery.requeued->canary == 2);
  CHECK(fixture.redelivery.requeued->rate_per_second == 10);

  fixture.redelivery.requeued.reset();
  const outcome counted = fixture.send("POST", "/dead-letters/requeue", R"({"type":"a","dryRun":true})");
  CHECK(counted.answer->status == 200);
  CHECK(body_of(counted)["matched"] == 9);
  CHECK(body_of(counted)["requeued"] == 0);
  CHECK(body_of(counted)["dryRun"] == true);
  CHECK(fixture.redelivery.previewed->which.type == "a");
  CHECK_FALSE(fixture.redelivery.requeued);
}

TEST_CASE("plans are listed, read, cancelled and resumed") {
  face_fixture fixture;
  fixture.redelivery.plan = {.id = *requeue_id::parse(id), .status = requeue_status::stopped};

  CHECK(body_of(fixture.send("GET", "/dead-letters/requeues?limit=5&cursor=c"))["requeues"][0]["planId"] == id);
  CHECK(fixture.redelivery.list_asked == std::pair{std::string{"c"}, 5U});
  CHECK(body_of(fixture.send("GET", plan_path))["status"] == "stopped");
  CHECK(fixture.redelivery.last == "find " + id);
  CHECK(fixture.send("DELETE", plan_path).answer->status == 204);
  CHECK(fixture.redelivery.last == "cancel " + id);
  CHECK(fixture.send("POST", plan_path + "/resume").answer->status == 200);
  CHECK(fixture.redelivery.last == "resume " + id);

  CHECK(fixture.send("GET", "/dead-letters/requeues/none").answer->status == 404);
  CHECK(fixture.send("POST", plan_path + "/resume", R"({"a":1})").answer->status == 400);
  fixture.redelivery.refusal = failure{.code = errc::conflict, .message = "it has ended"};
  CHECK(fixture.send("DELETE", plan_path).answer->status == 409);
}

TEST_CASE("dead letters are discarded, one or all that are selected") {
  face_fixture fixture;
  fixture.redelivery.discarded = {.matched = 5, .discarded = 5};

  CHECK(fixture.send("DELETE", path).answer->status == 204);
  CHECK(fixture.redelivery.last == "discard " + id);

  const outcome purged = fixture.send("POST", "/dead-letters/purge", R"({"fingerprint":"0123456789abcdef"})");
  CHECK(purged.answer->status == 200);
  CHECK(body_of(purged) == json{{"matched", 5}, {"discarded", 5}, {"dryRun", false}});
  CHECK(fixture.redelivery.discard_asked->first.fingerprint == "0123456789abcdef");
  CHECK_FALSE(fixture.redelivery.discard_asked->second);
  CHECK_FALSE(fixture.redelivery.discard_limit);

  fixture.redelivery.discarded = {.matched = 5};
  CHECK(body_of(fixture.send("POST", "/dead-letters/purge", R"({"dryRun":true})"))["dryRun"] == true);
  CHECK(fixture.redelivery.discard_asked->second);
  CHECK(fixture.send("POST", "/dead-letters/purge").answer->status == 415);
  CHECK(fixture.send("POST", "/dead-letters/purge", R"({"limit":5})").answer->status == 200);
  CHECK(fixture.redelivery.discard_limit == 5U);
  CHECK(fixture.send("POST", "/dead-letters/purge", R"({"limit":0})").answer->status == 400);
  CHECK(fixture.send("POST", "/dead-letters/purge", R"({"canary":5})").answer->status == 400);
}

TEST_CASE("a summary is of what its filters select") {
  face_fixture fixture;
  fixture.redelivery.summary = {.total = 1, .groups = {{.fingerprint = "f", .reason = "order <n>", .count = 1}}};

  const json body = body_of(fixture.send("GET", "/dead-letters/summary?subscription=orders&state=all&since=5m"));

  CHECK(body["total"] == 1);
  CHECK(body["groups"][0]["reason"] == "order <n>");
  REQUIRE(fixture.redelivery.summary_asked);
  CHECK(fixture.redelivery.summary_asked->subscription == "orders");
  CHECK_FALSE(fixture.redelivery.summary_asked->state);
  CHECK(fixture.redelivery.summary_asked->since == fixture.broker.now() - 5min);
  CHECK(fixture.send("GET", "/dead-letters/summary?limit=5").answer->status == 400);
  CHECK(fixture.send("GET", "/dead-letters/summary?state=closed").answer->status == 400);
}

TEST_CASE("history is replayed, or only counted") {
  face_fixture fixture;
  fixture.redelivery.replayed = {.id = *replay_id::parse(id), .events_to_replay = 7};
  fixture.redelivery.replay_counts = {.events_to_replay = 9, .original_duration = 5s};

  const outcome begun =
      fixture.send("POST", "/replay", R"({"from":"5m","topic":"a.#","subscriptions":["orders"],"speed":2})");
  CHECK(begun.answer->status == 202);
  CHECK(location_of(begun) == "/replay/" + id);
  CHECK(body_of(begun)["replayId"] == id);
  CHECK(body_of(begun)["eventsToReplay"] == 7);
  REQUIRE(fixture.redelivery.replay_asked);
  CHECK(fixture.redelivery.replay_asked->from == start_point{time_point{fixture.broker.now() - 5min}});
  CHECK(fixture.redelivery.replay_asked->speed == 2);

  fixture.redelivery.replay_asked.reset();
  const outcome counted = fixture.send("POST", "/replay", R"({"dryRun":true})");
  CHECK(counted.answer->status == 200);
  CHECK(body_of(counted)["eventsToReplay"] == 9);
  CHECK(body_of(counted)["originalDuration"] == 5000);
  CHECK(fixture.redelivery.replay_previewed == replay_request{});
  CHECK_FALSE(fixture.redelivery.replay_asked);

  CHECK(fixture.send("POST", "/replay").answer->status == 415);
  const outcome faults = fixture.send("POST", "/replay", R"({"from":"then","topic":5,"filter":{"odd":1}})");
  CHECK(faults.answer->status == 400);
  CHECK(body_of(faults)["error"]["details"].size() == 3);
}

TEST_CASE("replays are listed, read and cancelled") {
  face_fixture fixture;
  fixture.redelivery.replayed = {.id = *replay_id::parse(id), .status = replay_status::running};

  CHECK(body_of(fixture.send("GET", "/replay"))["replays"][0]["status"] == "running");
  CHECK(fixture.redelivery.list_asked == std::pair{std::string{}, 100U});
  CHECK(body_of(fixture.send("GET", "/replay/" + id))["replayId"] == id);
  CHECK(fixture.send("DELETE", "/replay/" + id).answer->status == 204);
  CHECK(fixture.redelivery.last == "cancel " + id);
  CHECK(fixture.send("GET", "/replay/none").answer->status == 404);
  fixture.redelivery.refusal = failure{.code = errc::not_found, .message = "no replay"};
  CHECK(fixture.send("GET", "/replay/" + id).answer->status == 404);
}
