#include "scripted_server.hpp"
#include "support/eventually.hpp"

#include <eventmgr/client.hpp>

#include <catch2/catch.hpp>

#include <thread>

using namespace eventmgr;
using namespace eventmgr::client;
using eventmgr::testing::http_answer_text;
using eventmgr::testing::scripted_server;

namespace {

const std::string healthy = http_answer_text(200, R"({"status":"healthy"})");
const std::string receipt = http_answer_text(
    200, R"({"eventId":"0190163d-8694-739b-aea5-966c26f8ad90","topic":"a","seq":1,"partition":0,"duplicate":false})");

event_in some_input() {
  event_in input;
  input.type = "a";
  input.source = "s";
  input.payload = "{}";
  return input;
}

client_options options_for(const scripted_server& server) {
  client_options options;
  options.url = server.url();
  options.request_timeout = eventmgr::testing::default_patience;
  return options;
}

bool has_header(const std::string& request, const std::string& line) {
  return request.find("\r\n" + line + "\r\n") != std::string::npos;
}

}  // namespace

TEST_CASE("calls share one connection and carry the token") {
  scripted_server server{{{{healthy}, {receipt}}}};
  auto options = options_for(server);
  options.token = "secret";
  broker_client broker{options};

  CHECK(broker.health()->state == health_state::healthy);
  CHECK(broker.publish(some_input())->seq == offset{1});

  CHECK(server.connections() == 1);
  const auto requests = server.requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].starts_with("GET /health HTTP/1.1\r\n"));
  CHECK(has_header(requests[0], "Authorization: Bearer secret"));
  CHECK(requests[1].starts_with("POST /events HTTP/1.1\r\n"));
  CHECK(has_header(requests[1], "Content-Type: application/json"));
}

TEST_CASE("a proof is asked for, and how far it has come") {
  const std::string report = R"({"ok":true,"problems":[]})";
  scripted_server server{
      {{{http_answer_text(200, report)}, {http_answer_text(200, R"({"running":true,"done":7,"total":20})")}}}};
  broker_client broker{options_for(server)};

  CHECK(broker.verify().value() == report);
  const auto progress = broker.verification().value();
  CHECK(progress.running);
  CHECK(progress.done == 7);
  CHECK(progress.total == 20);

  const auto requests = server.requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].starts_with("POST /verify HTTP/1.1\r\n"));
  CHECK(requests[1].starts_with("GET /verify HTTP/1.1\r\n"));
}

TEST_CASE("paths follow the address's own") {
  scripted_server server{{{{healthy}}}};
  auto options = options_for(server);
  options.url += "/eds/";
  broker_client broker{options};
  REQUIRE(broker.health().has_value());
  CHECK(server.requests().at(0).starts_with("GET /eds/health HTTP/1.1\r\n"));
}

TEST_CASE("a connection that was closed while idle is opened again") {
  scripted_server server{{{{healthy, true}}, {{healthy}}}};
  broker_client broker{options_for(server)};
  REQUIRE(broker.health().has_value());
  REQUIRE(broker.health().has_value());
  CHECK(server.connections() == 2);
}

TEST_CASE("an event that may have been stored is sent again under the same id") {
  // The second request is heard and not answered.
  scripted_server server{{{{healthy}, {"", true}}, {{receipt}}}};
  broker_client broker{options_for(server)};
  REQUIRE(broker.health().has_value());

  REQUIRE(broker.publish(some_input()).has_value());

  const auto requests = server.requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[1] == requests[2]);
  CHECK(requests[1].find(R"({"id":")") != std::string::npos);
}

TEST_CASE("a batch is never sent twice") {
  scripted_server server{{{{healthy}, {"", true}}, {{receipt}}}};
  broker_client broker{options_for(server)};
  REQUIRE(broker.health().has_value());
  const auto sent = broker.publish_batch("{}\n", batch_body::ndjson, atomicity::all_or_none);
  REQUIRE(sent.has_error());
  CHECK(sent.error().code == errc::unreachable);
  CHECK(server.requests().size() == 2);
  CHECK(server.requests().at(1).starts_with("POST /events/batch?atomic=true HTTP/1.1\r\n"));
}

TEST_CASE("an unhealthy daemon has answered") {
  scripted_server server{{{{http_answer_text(503, R"({"status":"unhealthy"})")}}}};
  broker_client broker{options_for(server)};
  const auto health = broker.health();
  REQUIRE(health.has_value());
  CHECK(health->state == health_state::unhealthy);
}

TEST_CASE("advice to wait is passed on") {
  scripted_server server{{{{http_answer_text(429, R"({"error":{"code":"queue_full","message":"m","details":[]}})",
                                             "application/problem+json", "Retry-After: 3\r\n")}}}};
  broker_client broker{options_for(server)};
  const auto sent = broker.publish(some_input());
  REQUIRE(sent.has_error());
  CHECK(sent.error() == failure{errc::queue_full, "m", {}, std::chrono::milliseconds{3000}});
}

TEST_CASE("no answer is unreachable") {
  SECTION("nobody listens") {
    // Port 1 is nobody's.
    client_options options;
    options.url = "http://127.0.0.1:1";
    CHECK(broker_client{options}.health().error().code == errc::unreachable);
  }
  SECTION("silence") {
    scripted_server server{{{{""}}}};
    auto options = options_for(server);
    options.request_timeout = std::chrono::milliseconds{500};  // in which the request has to come to the server
    const auto answer = broker_client{options}.health();
    REQUIRE(answer.has_error());
    CHECK(answer.error().code == errc::unreachable);
    CHECK(answer.error().message.find("no answer in time") != std::string::npos);
  }
  SECTION("not HTTP") {
    scripted_server server{{{{"SSH-2.0-x\r\n\r\n", true}}}};
    CHECK(broker_client{options_for(server)}.health().error().code == errc::unreachable);
  }
  SECTION("larger than allowed") {
    scripted_server server{{{{http_answer_text(200, std::string(2000, 'x'))}}}};
    auto options = options_for(server);
    options.max_answer_bytes = 1000;
    const auto answer = broker_client{options}.metrics();
    REQUIRE(answer.has_error());
    CHECK(answer.error().message.find("too large") != std::string::npos);
  }
  SECTION("cut off") {
    scripted_server server{{{{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", true}}}};
    CHECK(broker_client{options_for(server)}.metrics().error().code == errc::unreachable);
  }
}

TEST_CASE("an interrupt ends a call that waits") {
  scripted_server server{{{{""}}}};
  auto options = options_for(server);
  options.stop = std::make_shared<interrupt>();
  broker_client broker{options};
  std::thread other{[&] {
    server.wait_for_requests(1);
    options.stop->raise();
  }};

  const auto answer = broker.health();

  other.join();
  REQUIRE(answer.has_error());
  CHECK(answer.error().code == errc::unreachable);
  CHECK(broker.health().has_error());
}

TEST_CASE("an address that is none is refused before anything is sent") {
  client_options options;
  options.url = "localhost:3004";
  CHECK_THROWS_AS(broker_client{options}, error);
}

TEST_CASE("an event is read from what the daemon writes") {
  const auto event = parse_event(
      R"({"id":"0190163d-8694-739b-aea5-966c26f8ad90","type":"a.b","source":"s","topic":"a/b","version":"1.0","priority":"HIGH",)"
      R"("timestamp":"2026-01-02T03:04:05.678Z","payload":{"n":1.0},"metadata":{"tags":[],"retryCount":0,"maxRetries":3},)"
      R"("partition":0,"seq":9,"receivedAt":"2026-01-02T03:04:05.679Z"})");
  REQUIRE(event.has_value());
  CHECK(event->seq == offset{9});
  CHECK(event->payload == R"({"n":1.0})");
  CHECK(event->priority == priority::high);
  CHECK(parse_event("{}").has_error());
}
