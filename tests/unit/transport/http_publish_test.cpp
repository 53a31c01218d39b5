#include "http_support.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::transport;
using nlohmann::json;

namespace {

const std::string one_event = R"({"type":"project.created","source":"s","payload":{"a":1}})";
const std::string invalid_event = R"({"type":"","payload":[]})";

std::string with_id(const std::string& event_id) {
  return R"({"id":")" + event_id + R"(","type":"a.b","source":"s","payload":{}})";
}

}  // namespace

TEST_CASE("a published event is answered with its place in the log") {
  api_fixture fixture;
  const outcome result = fixture.send("POST", "/events", one_event);

  REQUIRE(result.answer->status == 200);
  const json body = body_of(result);
  CHECK(body["success"] == true);
  CHECK(body["topic"] == "project/created");
  CHECK(body["seq"] == 1);
  CHECK(body["partition"] == 0);
  CHECK(body["duplicate"] == false);
  CHECK(body["message"].is_string());
  CHECK(parse_uuid(body["eventId"].get<std::string>()).has_value());
  CHECK(body.size() == 7);
}

TEST_CASE("an id that was published before is answered as the first one was") {
  api_fixture fixture;
  fixture.send("POST", "/events", with_id(id));
  const std::string again = R"({"id":")" + id + R"(","type":"other.type","source":"s","payload":{}})";

  const json body = body_of(fixture.send("POST", "/events", again));

  CHECK(body["duplicate"] == true);
  CHECK(body["eventId"] == id);
  CHECK(body["seq"] == 1);
  CHECK(body["topic"] == "a/b");
}

TEST_CASE("an invalid event is refused with everything that is wrong, and counted") {
  api_fixture fixture;
  const outcome result = fixture.send("POST", "/events", invalid_event);

  CHECK(result.answer->status == 400);
  CHECK(body_of(result)["error"]["code"] == "invalid_event");
  CHECK(body_of(result)["error"]["details"].size() >= 3);
  CHECK(fixture.broker.subject->counters().events_rejected == 1);
  CHECK(fixture.broker.subject->counters().events_published == 0);
}

TEST_CASE("bodies that are no event have their own status") {
  api_fixture fixture;
  CHECK(fixture.send("POST", "/events", "{").answer->status == 400);
  CHECK(body_of(fixture.send("POST", "/events", "{"))["error"]["code"] == "malformed_json");
  CHECK(fixture.send("POST", "/events", "").answer->status == 415);
  CHECK(fixture.send("POST", "/events", "[" + one_event + "]").answer->status == 400);
  CHECK(fixture.send("POST", "/events", "{\"type\":\"\xFF\"}").answer->status == 400);
  const std::string big = R"({"type":"a","source":"s","payload":{"x":")" + std::string(5000, 'x') + "\"}}";
  CHECK(fixture.send("POST", "/events", big).answer->status == 413);
}

TEST_CASE("only the media types of the API are taken") {
  const std::string cloudevent = R"({"specversion":"1.0","id":"1","source":"s","type":"a.b","data":{}})";
  const std::vector<std::tuple<std::string, std::string, std::string, unsigned>> table{
      {"/events", "application/json", one_event, 200},
      {"/events", "Application/JSON; charset=UTF-8", one_event, 200},
      {"/events", "application/cloudevents+json; charset=utf-8", cloudevent, 200},
      {"/events", "application/json", cloudevent, 200},
      {"/events", "application/x-www-form-urlencoded", one_event, 415},
      {"/events", "text/plain", one_event, 415},
      {"/events", "application/x-ndjson", one_event, 415},
      {"/events", "application/json; charset=latin1", one_event, 415},
      {"/events/batch", "application/json", "[" + one_event + "]", 200},
      {"/events/batch", "application/x-ndjson", one_event + "\n", 200},
      {"/events/batch", "application/cloudevents-batch+json", "[" + cloudevent + "]", 200},
      {"/events/batch", "application/cloudevents+json", cloudevent, 415},
  };
  for (const auto& [path, type, body, status] : table) {
    INFO(path << ' ' << type);
    api_fixture fixture;
    CHECK(fixture.send("POST", path, body, type).answer->status == status);
  }
}

TEST_CASE("a CloudEvent may come in binary form") {
  api_fixture fixture;
  http_request request = make_request("POST", "/events", R"({"a":1})");
  request.headers.add("ce-specversion", "1.0");
  request.headers.add("Ce-Id", id);
  request.headers.add("CE-Type", "project.created");
  request.headers.add("ce-source", "/caf%C3%A9");

  const outcome result = fixture.send(std::move(request));

  REQUIRE(result.answer->status == 200);
  CHECK(body_of(result)["topic"] == "project/created");
  const outcome stored = fixture.send("GET", "/events/" + id);
  CHECK(body_of(stored)["source"] == "/caf\xC3\xA9");
  CHECK(body_of(stored)["payload"] == json{{"a", 1}});
}

TEST_CASE("a batch is answered event by event, in order") {
  api_fixture fixture;
  const std::string batch = R"({"events":[)" + with_id(id) + "," + invalid_event + "," + with_id(id) + "]}";

  const outcome result = fixture.send("POST", "/events/batch", batch);

  REQUIRE(result.answer->status == 200);
  const json body = body_of(result);
  CHECK(body["success"] == false);
  CHECK(body["failedCount"] == 1);
  REQUIRE(body["results"].size() == 3);
  CHECK(body["results"][0]["seq"] == 1);
  CHECK(body["results"][0]["duplicate"] == false);
  CHECK(body["results"][1]["success"] == false);
  CHECK(body["results"][1]["error"]["code"] == "invalid_event");
  CHECK(body["results"][2]["duplicate"] == true);
}

TEST_CASE("a batch in which every event fails, or without events, is answered without a commit") {
  api_fixture fixture;
  const json failed = body_of(fixture.send("POST", "/events/batch", "[" + invalid_event + "]"));
  CHECK(failed["success"] == false);
  CHECK(failed["failedCount"] == 1);

  const json empty = body_of(fixture.send("POST", "/events/batch", "[]"));
  CHECK(empty == json::parse(R"({"success":true,"results":[],"failedCount":0})"));
}

TEST_CASE("an atomic batch with an invalid event stores nothing and points at it") {
  api_fixture fixture;
  const outcome result = fixture.send("POST", "/events/batch?atomic=true", "[" + one_event + "," + invalid_event + "]");

  CHECK(result.answer->status == 400);
  const json body = body_of(result);
  CHECK(body["error"]["code"] == "invalid_event");
  for (const json& one : body["error"]["details"]) CHECK(one["pointer"].get<std::string>().starts_with("/1/"));
  CHECK(fixture.broker.subject->counters().events_published == 0);
}

TEST_CASE("the faults of an atomic batch are as many as those of one event may be") {
  api_fixture fixture;
  std::string faulty = R"({"type":"a.b","source":"s","payload":{})";
  for (int i = 0; i < 60; ++i) faulty += R"(,"unknown)" + std::to_string(i) + R"(":1)";
  faulty += "}";
  const outcome result =
      fixture.send("POST", "/events/batch?atomic=true", "[" + faulty + "," + faulty + "," + faulty + "]");

  CHECK(result.answer->status == 400);
  const json body = body_of(result);
  CHECK(body["error"]["message"].get<std::string>().starts_with("3 of 3 events"));
  CHECK(body["error"]["details"].size() == 100);
  CHECK(body["error"]["details"][99]["pointer"].get<std::string>().starts_with("/1/"));
}

TEST_CASE("a batch is bounded in number") {
  api_fixture fixture;
  std::string lines;
  for (int i = 0; i < 6; ++i) lines += one_event + "\n";
  CHECK(fixture.send("POST", "/events/batch", lines, "application/x-ndjson").answer->status == 413);
  CHECK(fixture.send("POST", "/events/batch?atomic=yes", lines, "application/x-ndjson").answer->status == 400);
}

TEST_CASE("a store that cannot write is answered with 503 and when to try again") {
  api_fixture fixture;
  fixture.broker.faults->fail_next_commits(10);

  for (const auto& [path, body] :
       {std::pair{"/events", one_event}, std::pair{"/events/batch", "[" + one_event + "]"}}) {
    const outcome result = fixture.send("POST", path, body);
    CHECK(result.answer->status == 503);
    CHECK(body_of(result)["error"]["code"] == "store_unavailable");
    CHECK_FALSE(header(result, "Retry-After").empty());
  }
}
