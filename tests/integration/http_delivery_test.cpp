#include "integration/http_fixture.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>

using namespace eventmgr;
using namespace eventmgr::test;
using nlohmann::json;

namespace {

const std::string pull_channel = R"({"name":"p","topic":"a.#","channel":"pull"})";
const std::string long_poll = R"({"max":10,"waitMs":60000})";

json call(const http_fixture& fixture, std::string_view method, std::string_view target, std::string_view body = {}) {
  const reply_text reply = fetch(fixture.port(), method, target, body);
  INFO(method << ' ' << target << " answered " << reply.status << ' ' << reply.body);
  CHECK(reply.status / 100 == 2);
  return reply.body.empty() ? json{} : json::parse(reply.body);
}

std::string first_ack_id(const json& pulled) { return pulled.at("events").at(0).at("ackId"); }

std::uint64_t waiting(const http_fixture& fixture) {
  return call(fixture, "GET", "/subscriptions/p/stats").at("consumers").get<std::uint64_t>();
}

/// A client that waits for events, once the broker knows.
std::unique_ptr<raw_client> begin_long_poll(const http_fixture& fixture) {
  auto client = std::make_unique<raw_client>(fixture.port());
  client->send(request_text("POST", "/subscriptions/p/pull", long_poll));
  REQUIRE(eventually([&] { return waiting(fixture) == 1; }));
  return client;
}

}  // namespace

TEST_CASE("a webhook subscription is made, changed and deleted over HTTP") {
  http_fixture fixture;
  const reply_text made = fetch(
      fixture.port(), "POST", "/api/v1/subscriptions",
      R"({"name":"w","topic":"project.*","endpoint":"http://127.0.0.1:9/hook","options":{"secret":"whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ="}})");
  REQUIRE(made.status == 201);
  const json body = json::parse(made.body);
  CHECK(made.field("Location") == "/api/v1/subscriptions/" + body["subscriptionId"].get<std::string>());
  CHECK(made.body.find("c2VjcmV0") == std::string::npos);

  CHECK(call(fixture, "GET", made.field("Location")) == call(fixture, "GET", "/subscriptions/w"));
  CHECK(call(fixture, "PATCH", "/subscriptions/w", R"({"topic":"#"})")["topic"] == "#");
  CHECK(call(fixture, "POST", "/subscriptions/w/pause")["status"] == "paused");
  CHECK(call(fixture, "GET", "/subscriptions")["total"] == 1);
  CHECK(call(fixture, "GET", "/subscriptions/w/stats")["idleReason"].is_string());
  CHECK(call(fixture, "DELETE", "/subscriptions/w").is_null());
  CHECK(fetch(fixture.port(), "GET", "/subscriptions/w").status == 404);
}

TEST_CASE("a pull that does not wait has what is stored, though it has to be read first") {
  http_fixture fixture;
  json events = json::array();
  for (int i = 0; i < 500; ++i) events.push_back({{"type", "a.b"}, {"source", "s"}, {"payload", {{"n", i}}}});
  call(fixture, "POST", "/events/batch", events.dump());
  call(fixture, "POST", "/subscriptions",
       R"({"name":"p","topic":"a.#","channel":"pull","options":{"startFrom":"earliest"}})");
  CHECK_FALSE(call(fixture, "POST", "/subscriptions/p/pull", R"({"max":10})")["events"].empty());
}

TEST_CASE("events are pulled, acknowledged, and not given again") {
  http_fixture fixture;
  call(fixture, "POST", "/subscriptions", pull_channel);
  fixture.publish("a/b", 3);

  const json first = call(fixture, "POST", "/subscriptions/p/pull", R"({"max":2,"waitMs":60000})");
  REQUIRE(first["events"].size() == 2);
  CHECK(first["events"][0]["attempt"] == 1);
  CHECK(first["events"][0]["event"]["seq"] == 1);
  CHECK(first["events"][1]["event"]["seq"] == 2);
  const json acked = call(fixture, "POST", "/subscriptions/p/ack",
                          json{{"ackIds", {first["events"][0]["ackId"], first["events"][1]["ackId"], "x"}}}.dump());
  CHECK(acked["accepted"] == 2);
  CHECK(acked["ignored"] == json{"x"});

  const json rest = call(fixture, "POST", "/subscriptions/p/pull", long_poll);
  REQUIRE(rest["events"].size() == 1);
  CHECK(rest["events"][0]["event"]["seq"] == 3);
  call(fixture, "POST", "/subscriptions/p/ack", json{{"ackIds", {first_ack_id(rest)}}}.dump());
  CHECK(call(fixture, "POST", "/subscriptions/p/pull")["events"].empty());
  CHECK(eventually([&] { return call(fixture, "GET", "/subscriptions/p/stats")["acknowledged"] == 3; }));
}

TEST_CASE("an event that its consumer refuses for good is a dead letter") {
  http_fixture fixture;
  call(fixture, "POST", "/subscriptions", pull_channel);
  fixture.publish("a");
  const json given = call(fixture, "POST", "/subscriptions/p/pull", long_poll);
  const json result{{"ackId", first_ack_id(given)}, {"success", false}, {"retry", false}, {"error", "no such order"}};

  call(fixture, "POST", "/subscriptions/p/ack", json{{"results", {result}}}.dump());

  json letters;
  REQUIRE(eventually([&] {
    letters = call(fixture, "GET", "/dead-letters?subscription=p");
    return letters["total"] == 1;
  }));
  const json& letter = letters["deadLetters"][0];
  CHECK(letter["failureReason"] == "no such order");
  CHECK(letter["event"] == given["events"][0]["event"]);
  CHECK(call(fixture, "GET", "/dead-letters/" + letter["id"].get<std::string>()) == letter);
  CHECK(call(fixture, "GET", "/dead-letters?state=delivered")["total"] == 0);
  CHECK(call(fixture, "GET", "/subscriptions/p/attempts")["attempts"][0]["error"] == "no such order");
}

TEST_CASE("a long poll is answered when something is published") {
  http_fixture fixture;
  call(fixture, "POST", "/subscriptions", pull_channel);
  const auto client = begin_long_poll(fixture);

  fixture.publish("a");

  const reply_text reply = read_reply(*client);
  CHECK(reply.status == 200);
  CHECK(json::parse(reply.body)["events"].size() == 1);
  client->send(request_text("GET", "/health/live"));
  CHECK(read_reply(*client).status == 200);
}

TEST_CASE("a long poll that nothing comes of is answered in time") {
  http_fixture fixture;
  call(fixture, "POST", "/subscriptions", pull_channel);
  CHECK(call(fixture, "POST", "/subscriptions/p/pull", R"({"waitMs":30})")["events"].empty());
}

TEST_CASE("a client that vanishes while it waits takes no event with it") {
  http_fixture fixture;
  call(fixture, "POST", "/subscriptions", pull_channel);
  begin_long_poll(fixture).reset();

  CHECK(eventually([&] { return waiting(fixture) == 0; }));
  fixture.publish("a");
  const json given = call(fixture, "POST", "/subscriptions/p/pull", long_poll);

  REQUIRE(given["events"].size() == 1);
  CHECK(given["events"][0]["attempt"] == 1);
}

TEST_CASE("a client that has closed its half of the connection need not wait") {
  http_fixture fixture;
  call(fixture, "POST", "/subscriptions", pull_channel);
  const auto client = begin_long_poll(fixture);

  client->end_input();

  const reply_text reply = read_reply(*client);
  CHECK(reply.status == 200);
  CHECK(json::parse(reply.body)["events"].empty());
  CHECK(eventually([&] { return waiting(fixture) == 0; }));
}

TEST_CASE("draining answers those who wait") {
  http_fixture fixture;
  call(fixture, "POST", "/subscriptions", pull_channel);
  const auto client = begin_long_poll(fixture);

  const std::future<void> drained = fixture.drain();

  const reply_text reply = read_reply(*client);
  CHECK(json::parse(reply.body)["events"].empty());
  CHECK(reply.field("Connection") == "close");
  CHECK(client->is_closed());
  CHECK(drained.wait_for(default_patience) == std::future_status::ready);
}

TEST_CASE("two clients that wait share what comes") {
  http_fixture fixture;
  call(fixture, "POST", "/subscriptions", pull_channel);
  const std::string at_most_one = R"({"max":1,"waitMs":60000})";
  raw_client first{fixture.port()};
  raw_client second{fixture.port()};
  first.send(request_text("POST", "/subscriptions/p/pull", at_most_one));
  second.send(request_text("POST", "/subscriptions/p/pull", at_most_one));
  REQUIRE(eventually([&] { return waiting(fixture) == 2; }));

  fixture.publish("a", 2);

  const json a = json::parse(read_reply(first).body);
  const json b = json::parse(read_reply(second).body);
  REQUIRE(a["events"].size() == 1);
  REQUIRE(b["events"].size() == 1);
  CHECK(a["events"][0]["event"]["seq"].get<int>() + b["events"][0]["event"]["seq"].get<int>() == 3);
}
