#include "http_schema.hpp"

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

const std::string everything = R"({
  "name": "w", "topic": ["a.*", "b.#"], "endpoint": "https://example.com/hook", "description": "d",
  "filter": {"types": ["a.*"], "criticalAlways": true},
  "options": {"priority": "HIGH", "batchSize": 20, "batchWaitMs": 5, "maxConcurrency": 4, "ordering": "key",
              "ackTimeoutMs": 500, "retryPolicy": {"maxRetries": 5, "backoffStrategy": "linear", "initialDelay": 100,
              "maxDelay": 200, "jitter": false}, "deadLetterTopic": "dead/w", "rateLimitPerMinute": 60,
              "startFrom": "earliest", "format": "cloudevents", "secret": "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ=",
              "headers": {"X-Team": "t"}, "compression": true, "deliveryLog": "full",
              "maxBacklog": {"age": "7d", "events": 1000}}})";

}  // namespace

TEST_CASE("subscriptions are shown as the OpenAPI document says") {
  face_fixture fixture;
  fixture.face.hints = {topic_name::parse("a/b/c").value()};

  const outcome made = fixture.send("POST", "/subscriptions", everything);
  INFO(made.answer->body);
  REQUIRE(made.answer->status == 201);
  check_answer(made, "/subscriptions", "post");
  check_answer(fixture.send("POST", "/subscriptions", everything), "/subscriptions", "post");
  check_answer(fixture.send("GET", "/subscriptions"), "/subscriptions", "get");

  const std::string one = "/subscriptions/{subscription}";
  check_answer(fixture.send("GET", "/subscriptions/w"), one, "get");
  check_answer(fixture.send("PATCH", "/subscriptions/w", R"({"description":"e"})"), one, "patch");
  fixture.face.kept.front().status_reason = "by an operator";
  check_answer(fixture.send("POST", "/subscriptions/w/pause"), one + "/pause", "post");
  check_answer(fixture.send("POST", "/subscriptions/w/resume"), one + "/resume", "post");
  check_answer(fixture.send("POST", "/subscriptions/w/seek", R"({"seq":1})"), one + "/seek", "post");
}

TEST_CASE("what the document allows in options is what is accepted and shown") {
  face_fixture fixture;
  const outcome made = fixture.send("POST", "/subscriptions", everything);
  REQUIRE(made.answer->status == 201);
  const json shown = json::parse(made.answer->body);
  const json properties = document()["components"]["schemas"]["SubscriptionOptions"]["properties"];
  for (const auto& [name, value] : properties.items()) {
    // Those two are of webhooks with a WebSocket, and of WebSockets with a webhook.
    if (name == "realtime" || name == "fallbackWebhook") continue;
    INFO(name);
    CHECK(shown["options"].contains(name));
  }
}

TEST_CASE("figures, attempts and dead letters are shown as the OpenAPI document says") {
  face_fixture fixture;
  fixture.add("p");
  fixture.face.attempt = {.attempt = 2, .status = 503, .error = "HTTP 503", .metadata = R"({"k":1})"};
  fixture.face.figures.breaker = breaker_state::open;
  fixture.face.figures.breaker_until = fixture.broker.now() + 30s;
  fixture.face.figures.oldest_unsettled_age = 5s;
  dead_letter letter{.reason = "HTTP 503"};
  letter.record.topic = topic_name::parse("a").value();
  letter.record.payload = "{}";
  letter.attempts.push_back(fixture.face.attempt);
  fixture.face.letters.push_back(letter);

  const std::string one = "/subscriptions/{subscription}";
  check_answer(fixture.send("GET", "/subscriptions/p/stats"), one + "/stats", "get");
  check_answer(fixture.send("GET", "/subscriptions/p/attempts"), one + "/attempts", "get");
  check_answer(fixture.send("POST", "/subscriptions/p/test"), one + "/test", "post");
  check_answer(fixture.send("GET", "/dead-letters"), "/dead-letters", "get");
  check_answer(fixture.send("GET", "/dead-letters/" + to_string(letter.id)), "/dead-letters/{id}", "get");
}

TEST_CASE("plans, summaries and replays are shown as the OpenAPI document says") {
  face_fixture fixture;
  const std::string id = to_string(make_subscription_id(1));
  fixture.redelivery.plan.request = {.which = {.ids = {{}},
                                               .subscription = "s",
                                               .topic = topic_pattern::parse("a").value(),
                                               .type = "t",
                                               .reason = "r",
                                               .fingerprint = "0123456789abcdef",
                                               .since = time_point{},
                                               .until = time_point{}},
                                     .limit = 5,
                                     .patch = R"({"a":1})",
                                     .canary = 1,
                                     .rate_per_second = 2,
                                     .stop_on_failures = 3};
  fixture.redelivery.summary.groups.push_back({.subscriptions = {{"s", 1}}, .topics = {{"t", 1}}});
  fixture.redelivery.replayed.request = {
      .topics = {topic_pattern::parse("a").value()}, .filter = R"({"types":["a"]})", .subscriptions = {"s"}};
  fixture.redelivery.replayed.targets.push_back({.name = "s"});
  fixture.redelivery.replayed.estimated_duration = 5s;
  fixture.redelivery.replay_counts.targets.push_back({.name = "s"});

  const std::string letters = "/dead-letters";
  check_answer(fixture.send("GET", letters + "/summary"), letters + "/summary", "get");
  check_answer(fixture.send("POST", letters + "/requeue", "{}"), letters + "/requeue", "post");
  check_answer(fixture.send("POST", letters + "/requeue", R"({"dryRun":true})"), letters + "/requeue", "post");
  check_answer(fixture.send("POST", letters + "/purge", "{}"), letters + "/purge", "post");
  check_answer(fixture.send("POST", letters + "/" + id + "/requeue"), letters + "/{id}/requeue", "post");
  check_answer(fixture.send("GET", letters + "/requeues"), letters + "/requeues", "get");
  check_answer(fixture.send("GET", letters + "/requeues/" + id), letters + "/requeues/{id}", "get");
  check_answer(fixture.send("POST", letters + "/requeues/" + id + "/resume"), letters + "/requeues/{id}/resume",
               "post");
  check_answer(fixture.send("POST", "/replay", "{}"), "/replay", "post");
  check_answer(fixture.send("POST", "/replay", R"({"dryRun":true})"), "/replay", "post");
  check_answer(fixture.send("GET", "/replay"), "/replay", "get");
  check_answer(fixture.send("GET", "/replay/" + id), "/replay/{id}", "get");
}

TEST_CASE("pulled events and their acknowledgement are as the OpenAPI document says") {
  face_fixture fixture;
  fixture.add("p");
  outcome pulled;
  fixture.start(pulled, make_request("POST", "/subscriptions/p/pull"));
  leased_event given{.ack_id = "k"};
  event record;
  record.payload = "{}";
  given.event.json = std::make_shared<const std::string>(to_json(record));
  given.event.replay = true;
  fixture.face.pulls[0].done(std::vector{given});
  pulled.run_posted();
  check_answer(pulled, "/subscriptions/{subscription}/pull", "post");

  fixture.face.summary = {.accepted = 1, .ignored = {"x"}};
  check_answer(fixture.send("POST", "/subscriptions/p/ack", R"({"ackIds":["k","x"]})"),
               "/subscriptions/{subscription}/ack", "post");
}

TEST_CASE("a proof and its progress are as the OpenAPI document says") {
  face_fixture fixture;
  outcome proven;
  fixture.start(proven, make_request("POST", "/verify"));
  proof_report report{.problem_count = 1};
  report.problems = {{.seq = offset{5}, .block = 0, .subscription = "s", .message = "no"}};
  report.partitions.resize(1);
  report.subscriptions.resize(1);
  fixture.broker.verifier.done(std::move(report));
  proven.run_posted();
  check_answer(proven, "/verify", "post");
  check_answer(fixture.send("GET", "/verify"), "/verify", "get");
}

TEST_CASE("metrics tell of deliveries as the OpenAPI document says") {
  face_fixture fixture;
  fixture.broker.figures = {.deliveries_attempted = 7, .deliveries_succeeded = 4, .deliveries_failed = 3};
  fixture.broker.figures.durable_subscriptions = {.active = 2, .paused = 1};
  fixture.broker.figures.breakers = {{.origin = "https://a:443", .state = breaker_state::open}};
  fixture.broker.figures.exceptions = 3;

  const outcome result = fixture.send("GET", "/metrics");

  check_answer(result, "/metrics", "get");
  const json body = json::parse(result.answer->body);
  CHECK(body["deliveriesAttempted"] == 7);
  CHECK(body["deliveriesSucceeded"] == 4);
  CHECK(body["deliveriesFailed"] == 3);
  CHECK(body["subscriptions"] == json{{"active", 2}, {"paused", 1}, {"error", 0}});
  CHECK(body["breakers"] == json{{"https://a:443", "open"}});
  CHECK(body["exceptions"] == 3);
  CHECK(body["scheduledEvents"] == 0);
  CHECK(body["deliveryLatency"]["count"] == 0);
}
