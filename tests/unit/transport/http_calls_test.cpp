#include "broker/delivery/subscription_face.hpp"
#include "http_support.hpp"
#include "transport/http/topic_body.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::transport;
using nlohmann::json;
using namespace std::chrono_literals;

TEST_CASE("a duration means the same time in all pages of a query") {
  api_fixture fixture;
  fixture.broker.publish("a", 1);
  fixture.broker.time.advance(30min);
  fixture.broker.publish("a", 2);
  const std::string path =
      GENERATE("/events?", "/topics/a/events?") + std::string{"since=1h&until=1ms&order=asc&limit=1"};
  fixture.broker.time.advance(5min);

  std::vector<int> seqs;
  std::string next;
  do {
    const json page = body_of(fixture.send("GET", path + next));
    for (const json& each : page["events"]) seqs.push_back(each["seq"]);
    next = page["nextCursor"].is_null() ? "" : "&cursor=" + percent_encode(page["nextCursor"].get<std::string>());
    // Published after the first page was asked for, and so no part of the query; the oldest stays one.
    fixture.broker.publish("a", 1);
    fixture.broker.time.advance(20min);
  } while (!next.empty());
  CHECK(seqs == std::vector{1, 2, 3});

  const json first = body_of(fixture.send("GET", "/events?since=3h&limit=1"));
  const std::string cursor = "&cursor=" + percent_encode(first["nextCursor"].get<std::string>());
  CHECK(fixture.send("GET", "/events?since=3h&limit=1" + cursor).answer->status == 200);
  CHECK(fixture.send("GET", "/events?since=2h&limit=1" + cursor).answer->status == 400);
}

TEST_CASE("a cursor without its moment goes on where no duration is given, and is refused elsewhere") {
  api_fixture fixture;
  fixture.broker.publish("a", 2);
  const auto bare_cursor = [&fixture](const std::string& path) {
    const std::string full = body_of(fixture.send("GET", path))["nextCursor"];
    return "&cursor=" + percent_encode(full.substr(0, full.rfind('.')));
  };
  const std::string fixed = "/events?until=2030-01-01T00:00:00Z&limit=1";
  const std::string moving = "/events?since=1h&limit=1";
  const std::string of_fixed = bare_cursor(fixed);
  const std::string of_moving = bare_cursor(moving);
  fixture.broker.time.advance(1min);

  CHECK(body_of(fixture.send("GET", fixed + of_fixed))["events"][0]["seq"] == 1);
  CHECK(fixture.send("GET", moving + of_moving).answer->status == 400);
}

TEST_CASE("history comes in pages, newest first unless asked otherwise") {
  api_fixture fixture;
  fixture.broker.publish("a/b", 3);

  const json page = body_of(fixture.send("GET", "/events?topic=a.%23&limit=2"));

  CHECK(page["events"].size() == 2);
  CHECK(page["events"][0]["seq"] == 3);
  CHECK(page["total"] == 3);
  CHECK(page["totalRelation"] == "eq");
  CHECK(page["limit"] == 2);
  CHECK(page["offset"] == 0);
  CHECK(page["hasMore"] == true);
  const std::string next =
      "/events/query?topic=a.%23&limit=2&cursor=" + percent_encode(page["nextCursor"].get<std::string>());
  const json rest = body_of(fixture.send("GET", next));
  CHECK(rest["events"].size() == 1);
  CHECK(rest["hasMore"] == false);
  CHECK(rest["nextCursor"].is_null());

  const json oldest = body_of(fixture.send("GET", "/events?order=asc&limit=1&offset=1"));
  CHECK(oldest["events"][0]["seq"] == 2);
  CHECK(oldest["offset"] == 1);
}

TEST_CASE("parameters of history are checked") {
  api_fixture fixture;
  for (const std::string_view query :
       {"topic=a..b", "topic=a&topic=b", "limit=0", "limit=1001", "limit=ten", "offset=-1",
        "offset=9223372036854775808", "order=up", "priority=URGENT", "priority=4", "correlationId=x", "since=yesterday",
        "until=1", "cursor=x&offset=1", "cursor=nonsense", "cursor=.1", "cursor=nonsense.1", "type=", "atomic=true"}) {
    INFO(query);
    const outcome result = fixture.send("GET", "/events?" + std::string{query});
    CHECK(result.answer->status == 400);
    CHECK(body_of(result)["error"]["code"] == "invalid_request");
  }
  for (const std::string_view query :
       {"priority=HIGH", "priority=1", "since=5m&until=2030-01-01T00:00:00Z", "order=desc",
        "correlation_id=0190a1b2-0000-7000-8000-000000000001", "tag=x&projectId=p&userId=u"}) {
    INFO(query);
    CHECK(fixture.send("GET", "/events?" + std::string{query}).answer->status == 200);
  }
}

TEST_CASE("an event is found by its id") {
  api_fixture fixture;
  auto stored = make_event("a/b", R"({"x":1})");
  const std::string id = to_string(stored->id);
  fixture.broker.subject->publish({std::move(stored)}, [](const auto&) {});

  const outcome found = fixture.send("GET", "/events/" + id);

  CHECK(body_of(found)["payload"] == json{{"x", 1}});
  CHECK(fixture.send("GET", "/events/0190a1b2-0000-7000-8000-0000000000ff").answer->status == 404);
}

TEST_CASE("a topic is declared, read, replaced and taken back") {
  api_fixture fixture;
  const outcome created = fixture.send("POST", "/topics", R"({"topic":"project.created","description":"d"})");
  CHECK(created.answer->status == 201);
  CHECK(header(created, "Location") == "/topics/project%2Fcreated");
  CHECK(body_of(created)["topic"] == "project/created");
  CHECK(body_of(created)["declared"] == true);
  CHECK(fixture.send("POST", "/topics", R"({"topic":"project/created"})").answer->status == 409);

  fixture.broker.publish("project/created", 2);
  for (const std::string_view path : {"/topics/project%2Fcreated", "/topics/project.created"}) {
    const json shown = body_of(fixture.send("GET", path));
    CHECK(shown["eventCount"] == 2);
    CHECK(shown["description"] == "d");
    CHECK(shown["lastEvent"].is_string());
  }
  CHECK(body_of(fixture.send("GET", "/topics/project.created/events"))["events"].size() == 2);

  CHECK(body_of(fixture.send("PUT", "/topics/project.created", R"({"description":"e"})"))["description"] == "e");
  CHECK(fixture.send("PUT", "/topics/project.deleted", R"({})").answer->status == 201);
  CHECK(fixture.send("PUT", "/topics/project.deleted", R"({"topic":"other"})").answer->status == 400);
  CHECK(fixture.send("DELETE", "/topics/project.deleted").answer->status == 204);
  CHECK(fixture.send("DELETE", "/topics/project.deleted").answer->status == 404);
  CHECK(fixture.send("GET", "/topics/project.deleted").answer->status == 404);
  CHECK(fixture.send("GET", "/topics/project.*").answer->status == 400);
}

TEST_CASE("topics that were only published to are listed too, in pages") {
  api_fixture fixture;
  fixture.broker.publish("b");
  fixture.send("POST", "/topics", R"({"topic":"a"})");

  const json page = body_of(fixture.send("GET", "/topics?limit=1"));
  CHECK(page["total"] == 2);
  CHECK(page["topics"][0]["topic"] == "a");
  const json rest =
      body_of(fixture.send("GET", "/topics?cursor=" + percent_encode(page["nextCursor"].get<std::string>())));
  REQUIRE(rest["topics"].size() == 1);
  CHECK(rest["topics"][0]["declared"] == false);
  CHECK(rest["nextCursor"].is_null());
}

TEST_CASE("a page of subscriptions ends where they are large") {
  api_fixture fixture;
  for (const std::string_view name : {"a", "b", "c"}) {
    subscription_definition large{.name = std::string{name}, .channel = channel_kind::pull};
    large.topics = {topic_pattern::parse("a.#").value()};
    large.description.assign(std::size_t{5} << 20U, 'x');
    fixture.broker.subject->subscriptions().create(std::move(large), [](const auto&) {});
  }
  fixture.broker.settle();

  const json page = body_of(fixture.send("GET", "/subscriptions"));
  CHECK(page["subscriptions"].size() == 2);
  CHECK(page["total"] == 3);
  REQUIRE(page["nextCursor"] == "b");
  const json rest = body_of(fixture.send("GET", "/subscriptions?cursor=b"));
  CHECK(rest["subscriptions"].size() == 1);
  CHECK(rest["nextCursor"].is_null());
}

TEST_CASE("a declaration says everything that is wrong with it") {
  const auto parse = [](std::string text) {
    text.reserve(text.size() + 64);
    return parse_topic_body(text);
  };
  const std::vector<std::pair<std::string, std::string>> table{
      {R"({"topic":5})", "/topic"},
      {R"({"topic":"a..b"})", "/topic"},
      {R"({"topic":"a","topic":"b"})", "/topic"},
      {R"({"description":[]})", "/description"},
      {R"({"description":"a\u0000b"})", "/description"},
      {R"({"description":")" + std::string(4097, 'x') + R"("})", "/description"},
      {R"({"schema":{}})", "/schema"},
      {R"({"retention":{"maxAge":"7d"}})", "/retention"},
      {R"({"name":"a"})", "/name"},
  };
  for (const auto& [text, pointer] : table) {
    INFO(text);
    const auto parsed = parse(text);
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().code == errc::invalid_request);
    REQUIRE(parsed.error().details.size() == 1);
    CHECK(parsed.error().details[0].pointer == pointer);
  }
  std::string many = R"({"topic":"a")";
  for (int i = 0; i < 100; ++i) many += ",\"" + std::to_string(i) + "\":0";
  CHECK(parse(many + "}").error().message == "the body has too many members");
  CHECK(parse("{").error().code == errc::malformed_json);
  CHECK(parse("").error().code == errc::malformed_json);
  CHECK(parse("[]").error().code == errc::invalid_request);
  CHECK(parse(R"({"schema":1,"x":2})").error().details.size() == 2);
  CHECK(parse(R"({"topic":"a.b","description":"d"})")->topic->str() == "a/b");
}

TEST_CASE("health is 503 only when events cannot be accepted") {
  api_fixture fixture;
  const outcome well = fixture.send("GET", "/health");
  CHECK(well.answer->status == 200);
  const json body = body_of(well);
  CHECK(body["status"] == "healthy");
  CHECK(body["dependencies"]["store"]["status"] == "healthy");
  CHECK(body["version"] == "test");
  CHECK(body["metrics"].contains("eventsPerSecond"));
  CHECK(fixture.send("GET", "/health/live").answer->status == 200);
  CHECK(fixture.send("GET", "/health/ready").answer->status == 200);

  fixture.calls->draining = true;
  CHECK(fixture.send("GET", "/health/ready").answer->status == 503);
  CHECK(fixture.send("GET", "/health/live").answer->status == 200);
}

TEST_CASE("metrics are JSON, or Prometheus text for those who ask for it") {
  api_fixture fixture;
  fixture.broker.publish("a");

  const json body = body_of(fixture.send("GET", "/metrics"));
  for (const char* name : {"eventsPublished", "eventsProcessed", "eventsRetried", "eventsFailed", "publishLatency",
                           "handlerLatency", "endToEndLatency", "queueDepth", "activeSubscriptions", "deadLetterCount",
                           "memoryUsage", "cpuUsage", "connectionPool"}) {
    INFO(name);
    CHECK(body.contains(name));
  }
  CHECK(body["eventsPublished"] == 1);
  CHECK(body["publishLatency"]["count"] == 1);

  http_request request = make_request("GET", "/metrics");
  request.headers.add("Accept", "text/plain");
  CHECK(fixture.send(std::move(request)).answer->body == "up 1\n");
}
