#include "http_schema.hpp"
#include "http_support.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <string>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::transport;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

const std::string later_id = "0190a1b2-0000-7000-8000-000000000002";

struct explain_api : api_fixture {
  void subscribe(const std::string& name, const std::string& more) {
    const std::string url = "https://" + name + ".test/hook";
    broker.channels.at(url).answer = [this](const outgoing_event& sent) {
      delivery_result came{.at = broker.time.now(), .duration = 5ms};
      if (sent.record->payload == R"({"cost":500})") {
        came.outcome = delivery_result::verdict::reject;
        came.status = 400;
        came.error = "HTTP 400";
      }
      return came;
    };
    const auto made =
        send("POST", "/subscriptions", R"({"name":")" + name + R"(","endpoint":")" + url + R"(",)" + more + "}");
    REQUIRE(made.answer->status == 201);
  }

  outcome publish(const std::string& event_id, int cost, const std::string& more = {}) {
    auto done = send("POST", "/events",
                     R"({"id":")" + event_id + R"(","type":"order.created","source":"s","payload":{"cost":)" +
                         std::to_string(cost) + "}" + more + "}");
    broker.advance(100ms);
    return done;
  }

  json get(std::string_view target) { return json::parse(send("GET", target).answer->body); }
};

}  // namespace

TEST_CASE("an explanation tells the stages and the outcome, as the OpenAPI document says") {
  explain_api fixture;
  fixture.subscribe("all", R"("topic":"#","options":{"deliveryLog":"full"})");
  fixture.subscribe("cheap", R"("topic":"order.*","filter":{"payload":{"cost":{"lt":100}}})");
  fixture.publish(id, 500);

  const outcome result = fixture.send("GET", "/events/" + id + "/explain");

  check_answer(result, "/events/{id}/explain", "get");
  const json body = json::parse(result.answer->body);
  CHECK(body["seq"] == 1);
  REQUIRE(body["subscriptions"].size() == 2);
  const json& all = body["subscriptions"][0];
  CHECK(all["matches"] == true);
  CHECK(all["outcome"]["state"] == "deadLetter");
  CHECK(all["outcome"]["delivered"] == false);
  CHECK(all["outcome"]["deadLetter"]["state"] == "open");
  const json& filter = body["subscriptions"][1]["stages"][3];
  CHECK(filter["stage"] == "filter");
  CHECK(filter["verdict"] == "refused");
  CHECK(filter["clause"] == "payload");
  CHECK(filter["path"] == "cost");
  CHECK(filter["wanted"] == json{{"lt", 100}});
  CHECK(filter["found"] == 500);

  const json one = fixture.get("/events/" + id + "/explain?subscription=cheap");
  CHECK(one["subscriptions"].size() == 1);
  const json page = fixture.get("/events/" + id + "/explain?limit=1");
  CHECK(page["nextCursor"] == "all");
  CHECK(fixture.get("/events/" + id + "/explain?limit=1&cursor=all")["subscriptions"][0]["name"] == "cheap");
}

TEST_CASE("an event that is not published is explained, and not published by that") {
  explain_api fixture;
  fixture.subscribe("cheap", R"("topic":"order.*","filter":{"payload":{"cost":{"lt":100}}})");
  const std::string body = R"({"type":"order.created","source":"s","payload":{"cost":5}})";

  const outcome result = fixture.send("POST", "/events/explain?subscription=cheap", body);

  check_answer(result, "/events/explain", "post");
  const json explained = json::parse(result.answer->body);
  CHECK(explained["published"] == false);
  CHECK(explained["seq"].is_null());
  CHECK(explained["subscriptions"][0]["outcome"]["state"] == "expected");
  CHECK(fixture.get("/events")["total"] == 0);
  CHECK(fixture.send("POST", "/events/explain", R"({"type":""})").answer->status == 400);
  CHECK(fixture.send("POST", "/events/explain", body, "text/plain").answer->status == 415);
}

TEST_CASE("deliveries are listed with their attempts, as the OpenAPI document says") {
  explain_api fixture;
  fixture.subscribe("all", R"("topic":"#","options":{"deliveryLog":"full"})");
  fixture.subscribe("elsewhere", R"("topic":"x")");
  fixture.publish(id, 1);

  const outcome result = fixture.send("GET", "/events/" + id + "/deliveries");

  check_answer(result, "/events/{id}/deliveries", "get");
  const json body = json::parse(result.answer->body);
  REQUIRE(body["deliveries"].size() == 1);
  CHECK(body["deliveries"][0]["outcome"]["state"] == "acknowledged");
  CHECK(body["deliveries"][0]["log"][0]["success"] == true);
}

TEST_CASE("a trace is shown as the OpenAPI document says") {
  explain_api fixture;
  fixture.subscribe("all", R"("topic":"#")");
  fixture.publish(id, 1);
  fixture.publish(later_id, 500, R"(,"causationId":")" + id + R"(","correlationId":")" + id + "\"");

  const outcome result = fixture.send("GET", "/events/" + later_id + "/trace");

  check_answer(result, "/events/{id}/trace", "get");
  const json body = json::parse(result.answer->body);
  CHECK(body["complete"] == true);
  REQUIRE(body["events"].size() == 2);
  CHECK(body["events"][0]["relation"] == "ancestor");
  CHECK(body["events"][1]["sinceCauseMs"] == 100);
  REQUIRE(body["timeline"].size() == 5);
  const json& delivered = body["timeline"][1];
  CHECK(delivered["kind"] == "delivered");
  CHECK(delivered["latencyMs"] == 5);
  CHECK(delivered["durationMs"] == 5);
}

TEST_CASE("what a trace does not know any more it says, as the OpenAPI document says") {
  explain_api fixture;
  fixture.subscribe("all", R"("topic":"#")");
  fixture.publish(id, 1);
  fixture.broker.advance(1s);
  fixture.calls.reset();
  fixture.broker.bell.cancel();
  fixture.broker.restart({.version = "test"});
  fixture.broker.settle();

  const outcome result = fixture.send("GET", "/events/" + id + "/trace");

  check_answer(result, "/events/{id}/trace", "get");
  const json line = json::parse(result.answer->body)["timeline"];
  REQUIRE(line.size() == 2);
  CHECK(line[1]["at"].is_null());
  CHECK(line[1]["timeNotKept"] == "deliveryLog is failures");
}

TEST_CASE("requeues and replays are shown as the OpenAPI document says") {
  explain_api fixture;
  fixture.subscribe("all", R"("topic":"#")");
  fixture.publish(id, 500);
  fixture.broker.advance(1s);
  REQUIRE(fixture.send("POST", "/dead-letters/requeue", R"({"patch":{"cost":1}})").answer->status == 202);
  fixture.broker.advance(1s);
  REQUIRE(fixture.send("POST", "/replay", "{}").answer->status == 202);
  fixture.broker.advance(2s);

  const outcome traced = fixture.send("GET", "/events/" + id + "/trace");

  check_answer(traced, "/events/{id}/trace", "get");
  const json line = json::parse(traced.answer->body)["timeline"];
  const auto requeue =
      std::find_if(line.begin(), line.end(), [](const json& entry) { return entry["kind"] == "requeue"; });
  REQUIRE(requeue != line.end());
  CHECK((*requeue)["edited"] == true);
  CHECK((*requeue)["single"] == false);
  CHECK((*requeue)["outcome"] == "delivered");
  const auto replay =
      std::find_if(line.begin(), line.end(), [](const json& entry) { return entry["kind"] == "replay"; });
  REQUIRE(replay != line.end());
  CHECK((*replay)["outcome"] == "failed");
  const outcome listed = fixture.send("GET", "/events/" + id + "/deliveries");
  check_answer(listed, "/events/{id}/deliveries", "get");
  CHECK(json::parse(listed.answer->body)["deliveries"][0]["outcome"]["redeliveries"].size() == 2);
}

TEST_CASE("a backtest is shown as the OpenAPI document says") {
  explain_api fixture;
  fixture.subscribe("cheap", R"("topic":"order.*","filter":{"payload":{"cost":{"lt":100}}})");
  fixture.publish(id, 1);
  fixture.publish(later_id, 500);

  const outcome result = fixture.send("POST", "/subscriptions/backtest",
                                      R"({"against":"cheap","filter":{"payload":{"cost":{"gt":100}}},"since":"1h"})");

  check_answer(result, "/subscriptions/backtest", "post");
  const json body = json::parse(result.answer->body);
  CHECK(body["scanned"] == 2);
  CHECK(body["matched"] == 1);
  CHECK(body["against"]["gained"]["samples"][0]["id"] == later_id);
  CHECK(body["against"]["lost"]["count"] == 1);
}

TEST_CASE("a backtest takes a subscription as it is proposed") {
  explain_api fixture;
  fixture.publish(id, 1);
  const outcome result = fixture.send("POST", "/subscriptions/backtest", R"({"name":"new","topic":"order.*",
      "endpoint":"https://a.test/hook","channel":"webhook","description":"d","options":{"batchSize":10,"priority":3,
      "retryPolicy":{"maxRetries":1},"secret":"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}})");
  REQUIRE(result.answer->status == 200);
  CHECK(json::parse(result.answer->body)["matched"] == 1);
}

TEST_CASE("the faults of a backtest are listed with pointers") {
  explain_api fixture;
  const std::string body = R"({"topic":["a..b"],"filter":{"what":1},"since":"soon","until":5,
                               "options":{"priority":"some","batch":1},"owner":"x"})";
  const outcome result = fixture.send("POST", "/subscriptions/backtest", body);
  CHECK(result.answer->status == 400);
  std::set<std::string> pointers;
  const json refusal = json::parse(result.answer->body);
  for (const json& fault : refusal["error"]["details"]) {
    pointers.insert(fault["pointer"].get<std::string>());
  }
  CHECK(pointers == std::set<std::string>{"/topic/0", "/filter/what", "/since", "/until", "/options/priority",
                                          "/options/batch", "/owner"});
  CHECK(fixture.send("POST", "/subscriptions/backtest", "{}").answer->status == 400);
  CHECK(fixture.send("POST", "/subscriptions/backtest", R"({"against":"nobody"})").answer->status == 404);
}

TEST_CASE("what is asked of an event that does not exist is not found, and parameters are checked") {
  explain_api fixture;
  for (const char* const what : {"/explain", "/deliveries", "/trace"}) {
    CHECK(fixture.send("GET", "/events/" + id + what).answer->status == 404);
    CHECK(fixture.send("GET", std::string{"/events/nothing"} + what).answer->status == 404);
  }
  fixture.publish(id, 1);
  CHECK(fixture.send("GET", "/events/" + id + "/explain?subscription=nobody").answer->status == 404);
  CHECK(fixture.send("GET", "/events/" + id + "/explain?limit=0").answer->status == 400);
  CHECK(fixture.send("GET", "/events/" + id + "/deliveries?subscription=x").answer->status == 400);
  CHECK(fixture.send("GET", "/events/" + id + "/trace?limit=5").answer->status == 400);
}

TEST_CASE("a publisher that prefers to wait is told the deliveries") {
  explain_api fixture;
  fixture.subscribe("all", R"("topic":"#")");
  http_request request = make_request("POST", "/events", R"({"type":"order.created","source":"s","payload":{}})");
  request.headers.add("Prefer", "respond-async, Wait=600; x=y");

  const outcome result = fixture.send(std::move(request));

  check_answer(result, "/events", "post");
  CHECK(header(result, "Preference-Applied") == "wait=60");
  const json body = json::parse(result.answer->body);
  CHECK(body["seq"] == 1);
  CHECK(body["matched"] == 1);
  REQUIRE(body["deliveries"].size() == 1);
  CHECK(body["deliveries"][0]["outcome"] == "delivered");
}

TEST_CASE("a publisher that waits and goes away is answered with what is known") {
  explain_api fixture;
  fixture.subscribe("all", R"("topic":"#")");
  fixture.broker.channels.at("https://all.test/hook").answer = nullptr;
  http_request request = make_request("POST", "/events", R"({"type":"order.created","source":"s","payload":{}})");
  request.headers.add("Prefer", "wait=5");
  outcome result = fixture.send(std::move(request));
  REQUIRE_FALSE(result.answer);
  REQUIRE(result.give_up);

  result.give_up();
  fixture.broker.settle();
  result.run_posted();

  REQUIRE(result.answer);
  CHECK(json::parse(result.answer->body)["deliveries"][0]["outcome"] == "pending");
}

TEST_CASE("a scheduled event does not wait, a batch cannot, and a wait is a number of seconds") {
  explain_api fixture;
  const auto prefer = [&](std::string_view target, const std::string& body, std::string_view preference) {
    http_request request = make_request("POST", target, body);
    request.headers.add("Prefer", preference);
    return fixture.send(std::move(request));
  };
  const std::string one = R"({"type":"a.b","source":"s","payload":{}})";
  const std::string scheduled = R"({"type":"a.b","source":"s","payload":{},"deliverAt":"2027-01-01T00:00:00Z"})";
  const outcome waiting = prefer("/events", scheduled, "wait=5");
  CHECK(waiting.answer->status == 200);
  CHECK(header(waiting, "Preference-Applied").empty());
  CHECK_FALSE(json::parse(waiting.answer->body).contains("deliveries"));
  CHECK(prefer("/events/batch", "[" + one + "]", "wait=5").answer->status == 400);
  for (const char* const wrong : {"wait=soon", "wait=", "wait", "wait=-1", "wait=1.5"}) {
    INFO(wrong);
    CHECK(prefer("/events", one, wrong).answer->status == 400);
  }
  CHECK(header(prefer("/events", one, "wait=0"), "Preference-Applied") == "wait=1");
  CHECK(header(prefer("/events", one, "handling=lenient"), "Preference-Applied").empty());
}
