#include "http_support.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::transport;

namespace {

std::string error_code_of(const outcome& result) { return nlohmann::json::parse(result.answer->body)["error"]["code"]; }

}  // namespace

TEST_CASE("every call is served below / and below /api/v1") {
  api_fixture fixture;
  for (const std::string_view path : {"/health", "/api/v1/health", "/topics", "/api/v1/topics", "/metrics"}) {
    INFO(path);
    CHECK(fixture.send("GET", path).answer->status == 200);
  }
}

TEST_CASE("paths that are not served are not found") {
  api_fixture fixture;
  for (const std::string_view path : {"/",
                                      "/nothing",
                                      "/events/",
                                      "/events//",
                                      "/events/not-an-id",
                                      "/api/v1",
                                      "/api/v1events",
                                      "/api/v2/events",
                                      "/Events",
                                      "/topics/a/b",
                                      "/topics/a/events/b",
                                      "/topics//events",
                                      "/topics/%zz",
                                      "/topics/%00",
                                      "*",
                                      "events",
                                      "/subscriptions/a/b",
                                      "/dead-letters/none",
                                      "/api/v1/api/v1/events",
                                      "/events/0190a1b2-0000-7000-8000-000000000000/trace",
                                      "/events/0190a1b2-0000-7000-8000-000000000000/nothing"}) {
    INFO(path);
    const outcome result = fixture.send("GET", path);
    CHECK(result.answer->status == 404);
    CHECK(error_code_of(result) == "not_found");
  }
}

TEST_CASE("a path may be spelt with escapes, in absolute form, and with a query") {
  api_fixture fixture;
  for (const std::string_view target :
       {"/%68ealth", "http://example/health", "http://example/api/v1/health?", "/health?", "HTTP://example:1/health"}) {
    INFO(target);
    CHECK(fixture.send("GET", target).answer->status == 200);
  }
}

TEST_CASE("other methods than a path has are refused with those that it has") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"/events", "POST, GET, HEAD, OPTIONS"},
      {"/events/batch", "POST, OPTIONS"},
      {"/health", "GET, HEAD, OPTIONS"},
      {"/topics", "GET, HEAD, POST, OPTIONS"},
      {"/topics/a", "GET, HEAD, PUT, DELETE, OPTIONS"},
  };
  api_fixture fixture;
  for (const auto& [path, allow] : table) {
    for (const std::string_view method : {"PATCH", "TRACE", "get", "BREW"}) {
      INFO(method << ' ' << path);
      const outcome result = fixture.send(method, path);
      CHECK(result.answer->status == 405);
      CHECK(error_code_of(result) == "method_not_allowed");
      CHECK(header(result, "Allow") == allow);
    }
    const outcome options = fixture.send("OPTIONS", path);
    CHECK(options.answer->status == 204);
    CHECK(header(options, "Allow") == allow);
  }
  CHECK(fixture.send("OPTIONS", "*").answer->status == 204);
  CHECK(fixture.send("OPTIONS", "/nothing").answer->status == 404);
}

TEST_CASE("unknown query parameters are refused by name") {
  api_fixture fixture;
  const outcome result = fixture.send("GET", "/events?limit=1&colour=red&taste=sour");

  CHECK(result.answer->status == 400);
  const auto body = nlohmann::json::parse(result.answer->body);
  CHECK(body["error"]["code"] == "invalid_request");
  REQUIRE(body["error"]["details"].size() == 2);
  CHECK(body["detail"] == "query parameter colour is not known to this call");
  CHECK(body["error"]["details"][0]["pointer"] == "/colour");
  CHECK(body["error"]["details"][1]["pointer"] == "/taste");
  CHECK(fixture.send("GET", "/events?limit=%zz").answer->status == 400);
}

TEST_CASE("monitors may add what they like to a query") {
  api_fixture fixture;
  for (const std::string_view path : {"/health", "/health/live", "/health/ready", "/metrics", "/openapi.json"}) {
    for (const std::string_view query : {"?t=1", "?t=1&t=2", "?%zz"}) {
      INFO(path << query);
      CHECK(fixture.send("GET", std::string{path} + std::string{query}).answer->status == 200);
    }
  }
}

TEST_CASE("a WebSocket may be opened for a durable subscription") {
  for (const std::string_view path : {"/ws", "/ws/subscribe", "/aas/realtime"}) {
    api_fixture fixture;
    http_request request = make_request("GET", std::string{path} + "?topic=a&durable=d&options=%7B%7D");
    request.headers.add("Connection", "Upgrade");
    request.headers.add("Upgrade", "websocket");
    CHECK(fixture.send(std::move(request)).handed_over);
  }
}

TEST_CASE("a path that is spelt as the table spells a variable one is a value like any other") {
  api_fixture fixture;
  const outcome topic = fixture.send("GET", "/topics/{topic}");
  CHECK(topic.answer->status == 400);
  CHECK(fixture.send("GET", "/subscriptions/{subscription}").answer->body.find("{subscription}") != std::string::npos);
  CHECK(fixture.send("GET", "/events/{id}").answer->status == 404);
}

TEST_CASE("calls whose answers may be large hold the connection's other requests") {
  api_fixture fixture;
  const std::string event = "/events/" + id;
  for (const std::string& target : std::vector<std::string>{
           "/events", "/events/query", "/topics/a/events", "/topics", "/subscriptions", "/subscriptions/s/attempts",
           "/dead-letters", "/dead-letters/summary", "/dead-letters/requeues", "/replay", event + "/explain",
           event + "/deliveries", event + "/trace"}) {
    INFO(target);
    CHECK(fixture.send("GET", target).holds_others);
  }
  const std::string unpublished = R"({"type":"a","source":"s","payload":{}})";
  CHECK(fixture.send("POST", "/events/explain", unpublished).holds_others);
  for (const std::string& target : {event, std::string{"/topics/a"}, std::string{"/health"}}) {
    INFO(target);
    CHECK_FALSE(fixture.send("GET", target).holds_others);
  }
}

TEST_CASE("a page of another origin reads answers only if its origin is allowed") {
  api_fixture fixture;
  fixture.origins = {"https://app.example"};
  const auto send = [&](std::string_view method, std::string_view origin) {
    http_request request = make_request(method, "/topics");
    request.headers.add("Origin", origin);
    request.headers.add("Access-Control-Request-Method", "POST");
    request.headers.add("Access-Control-Request-Headers", "content-type");
    return fixture.send(std::move(request));
  };

  const outcome allowed = send("GET", "https://app.example");
  CHECK(header(allowed, "Access-Control-Allow-Origin") == "https://app.example");
  CHECK(header(allowed, "Vary") == "Origin");
  const outcome other = send("GET", "https://evil.example");
  CHECK(other.answer->status == 200);
  CHECK(header(other, "Access-Control-Allow-Origin").empty());

  const outcome preflight = send("OPTIONS", "https://app.example");
  CHECK(preflight.answer->status == 204);
  CHECK(header(preflight, "Access-Control-Allow-Methods") == "GET, HEAD, POST, OPTIONS");
  CHECK(header(preflight, "Access-Control-Allow-Headers") == "content-type");
  CHECK(header(send("OPTIONS", "https://evil.example"), "Access-Control-Allow-Methods").empty());
}

TEST_CASE("a page of another origin changes nothing unless its origin is allowed") {
  struct row {
    std::string_view method;
    std::string_view path;
    std::string_view origin;
    bool refused;
  };
  const std::vector<row> table{
      {"POST", "/subscriptions/s/pause", "https://evil.example", true},
      {"POST", "/subscriptions/s/resume", "https://evil.example", true},
      {"POST", "/subscriptions/s/pull", "null", true},
      {"POST", "/verify", "http://broker.example", true},
      {"POST", "/nothing", "https://evil.example", true},
      {"DELETE", "/topics/a", "https://evil.example", true},
      {"PUT", "/topics/a", "https://evil.example", true},
      {"PATCH", "/subscriptions/s", "https://evil.example", true},
      {"POST", "/subscriptions/s/pause", "", false},
      {"POST", "/subscriptions/s/pause", "http://broker.example:3004", false},
      {"POST", "/subscriptions/s/pause", "https://app.example", false},
      {"GET", "/topics", "https://evil.example", false},
      {"HEAD", "/topics", "https://evil.example", false},
      {"OPTIONS", "/topics", "https://evil.example", false},
      {"OPTIONS", "*", "https://evil.example", false},
  };
  for (const row& each : table) {
    INFO(each.method << ' ' << each.path << " from " << each.origin);
    api_fixture fixture;
    fixture.origins = {"https://app.example"};
    http_request request = make_request(each.method, each.path);
    request.headers.add("Host", "broker.example:3004");
    request.headers.add("Content-Type", "text/plain");
    if (!each.origin.empty()) request.headers.add("Origin", each.origin);
    const outcome result = fixture.send(std::move(request));
    CHECK((result.answer->status == 403) == each.refused);
    if (each.refused) CHECK(error_code_of(result) == "forbidden");
  }
}

TEST_CASE("errors can be read by pages too") {
  api_fixture fixture;
  fixture.origins = {"*"};
  http_request request = make_request("GET", "/nothing");
  request.headers.add("Origin", "https://any.example");
  CHECK(header(fixture.send(std::move(request)), "Access-Control-Allow-Origin") == "https://any.example");
}

TEST_CASE("a WebSocket is opened for clients and for pages of this host or of an allowed origin") {
  const auto send = [](std::vector<std::string> origins, std::string_view origin, std::string_view protocol) {
    api_fixture fixture;
    fixture.origins = std::move(origins);
    http_request request = make_request("GET", "/ws?topic=a.%23&since=5m");
    request.headers.add("Host", "broker.example:3004");
    if (!protocol.empty()) request.headers.add("Upgrade", protocol);
    if (!protocol.empty()) request.headers.add("Connection", "Upgrade");
    if (!origin.empty()) request.headers.add("Origin", origin);
    return fixture.send(std::move(request));
  };

  CHECK(send({}, "", "websocket").handed_over);
  CHECK(send({}, "", "WebSocket").handed_over);
  CHECK(send({}, "", "foo, websocket").handed_over);
  CHECK(send({}, "http://broker.example:3004", "websocket").handed_over);
  CHECK(send({"https://app.example"}, "https://app.example", "websocket").handed_over);
  CHECK(send({}, "https://evil.example", "websocket").answer->status == 403);
  CHECK(send({}, "null", "websocket").answer->status == 403);

  const outcome plain = send({}, "", "");
  CHECK(plain.answer->status == 426);
  CHECK(header(plain, "Upgrade") == "websocket");
  CHECK(send({}, "", "h2c").answer->status == 426);
}

TEST_CASE("a WebSocket is not opened by a HEAD, nor where Connection does not ask for it") {
  for (const auto& [method, status] : {std::pair{"GET", 400U}, std::pair{"HEAD", 426U}}) {
    INFO(method);
    api_fixture fixture;
    http_request request = make_request(method, "/ws");
    request.headers.add("Upgrade", "websocket");
    const outcome result = fixture.send(std::move(request));
    CHECK_FALSE(result.handed_over);
    CHECK(result.answer->status == status);
  }
}

TEST_CASE("the metrics listener serves nothing but metrics") {
  api_fixture fixture;
  router routes{metrics_routes(), fixture.make_api()};
  const auto send = [&](std::string_view path) {
    outcome result;
    routes.handle(std::make_shared<recorded_exchange>(make_request("GET", path), result));
    return result;
  };

  CHECK(send("/metrics").answer->body == "up 1\n");
  CHECK(send("/metrics").answer->content_type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(send("/events").answer->status == 404);
}
