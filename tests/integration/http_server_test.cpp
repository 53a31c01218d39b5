#include "integration/http_fixture.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::transport;
using namespace std::chrono_literals;
using nlohmann::json;

TEST_CASE("one connection serves many requests") {
  http_fixture fixture;
  raw_client client{fixture.port()};

  for (std::uint64_t seq = 1; seq <= 3; ++seq) {
    client.send(request_text("POST", "/events", one_event));
    const reply_text reply = read_reply(client);
    CHECK(reply.status == 200);
    CHECK(json::parse(reply.body)["seq"] == seq);
    CHECK(reply.field("Server") == "EventManager");
    CHECK(reply.field("Date").ends_with("GMT"));
  }
  client.send(request_text("GET", "/api/v1/events"));
  CHECK(json::parse(read_reply(client).body)["total"] == 3);
}

TEST_CASE("pipelined requests are answered in their order") {
  http_fixture fixture;
  raw_client client{fixture.port()};
  std::string text;
  for (int i = 0; i < 40; ++i) text += request_text("POST", "/events", one_event);
  text += request_text("GET", "/events?limit=1");
  for (int i = 0; i < 40; ++i) text += request_text("GET", i % 2 == 0 ? "/health/live" : "/nothing");
  text += request_text("HEAD", "/health/live") + request_text("POST", "/events", one_event);

  client.send(text);

  for (std::uint64_t seq = 1; seq <= 40; ++seq) CHECK(json::parse(read_reply(client).body)["seq"] == seq);
  CHECK(json::parse(read_reply(client).body)["events"][0]["seq"] == 40);
  for (int i = 0; i < 40; ++i) CHECK(read_reply(client).status == (i % 2 == 0 ? 200U : 404U));
  CHECK(read_reply(client, true).field("Content-Length") == "17");
  CHECK(json::parse(read_reply(client).body)["seq"] == 41);
}

TEST_CASE("pages are read one after the other, and no further while the client does not take them") {
  http_fixture fixture;
  fixture.publish("a", 100, 40'000);
  raw_client client{fixture.port()};
  std::string text;
  for (int i = 0; i < 12; ++i) text += request_text("GET", "/events?limit=1000");

  client.send(text);
  CHECK(json::parse(read_reply(client).body)["total"] == 100);
  fixture.publish("a");

  // What the sockets hold is far less than the pages, so that the last had yet to be read when the event came.
  for (int i = 0; i < 10; ++i) read_reply(client);
  CHECK(json::parse(read_reply(client).body)["total"] == 101);
}

TEST_CASE("a request that changes something waits for those before it") {
  http_fixture fixture;
  raw_client client{fixture.port()};
  fixture.faults->hold_commits();

  client.send(request_text("POST", "/events", one_event) + request_text("GET", "/events"));
  REQUIRE(fixture.faults->wait_for_held_commit(default_patience));
  fixture.faults->release_commits();

  CHECK(read_reply(client).status == 200);
  CHECK(json::parse(read_reply(client).body)["total"] == 1);
}

TEST_CASE("a request may come in chunks and byte by byte") {
  http_fixture fixture;
  raw_client client{fixture.port()};
  client.send(
      "POST /events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (const char c : one_event) client.send("1\r\n" + std::string{c} + "\r\n");
  client.send("0\r\n\r\n");
  CHECK(read_reply(client).status == 200);

  for (const char c : request_text("POST", "/events", one_event)) client.send(std::string_view{&c, 1});
  CHECK(json::parse(read_reply(client).body)["seq"] == 2);
}

TEST_CASE("a client that expects 100 Continue gets it, unless its body would be refused") {
  http_fixture fixture{with_limits([](http_limits& limits) { limits.max_body_bytes = 1000; })};
  const auto head = [](std::size_t length) {
    return "POST /events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: "
           "100-continue\r\nContent-Length: " +
           std::to_string(length) + "\r\n\r\n";
  };
  raw_client client{fixture.port()};

  client.send(head(one_event.size()));
  CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send(one_event);
  CHECK(read_reply(client).status == 200);

  client.send(head(1001));
  CHECK(read_reply(client).status == 413);
}

TEST_CASE("HEAD and OPTIONS are answered without a body") {
  http_fixture fixture;
  raw_client client{fixture.port()};
  client.send(request_text("HEAD", "/openapi.json") + request_text("OPTIONS", "/events") +
              request_text("DELETE", "/events") + request_text("GET", "/health/live"));

  CHECK(std::stoul(read_reply(client, true).field("Content-Length")) > 1000);
  const reply_text options = read_reply(client);
  CHECK(options.status == 204);
  CHECK(options.field("Allow") == "POST, GET, HEAD, OPTIONS");
  CHECK(read_reply(client).status == 405);
  CHECK(read_reply(client).body == R"({"status":"live"})");
}

TEST_CASE("the connection ends when either side asks for it") {
  http_fixture fixture;
  SECTION("Connection: close") {
    raw_client client{fixture.port()};
    client.send(request_text("GET", "/health/live", {}, "Connection: close\r\n") + request_text("GET", "/health/live"));
    CHECK(read_reply(client).field("Connection") == "close");
    CHECK(client.is_closed());
  }
  SECTION("HTTP/1.0") {
    raw_client client{fixture.port()};
    client.send("GET /health/live HTTP/1.0\r\n\r\n");
    CHECK(read_reply(client).status == 200);
    CHECK(client.is_closed());
  }
  SECTION("HTTP/1.0 with keep-alive") {
    raw_client client{fixture.port()};
    for (int i = 0; i < 2; ++i) {
      client.send("GET /health/live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      CHECK(read_reply(client).field("Connection") == "keep-alive");
    }
  }
  SECTION("a client that has said all still gets its answers") {
    raw_client client{fixture.port()};
    fixture.faults->hold_commits();
    client.send(request_text("POST", "/events", one_event));
    client.end_input();
    REQUIRE(fixture.faults->wait_for_held_commit(default_patience));
    fixture.faults->release_commits();
    CHECK(read_reply(client).status == 200);
    CHECK(client.is_closed());
  }
}

TEST_CASE("a client that vanishes takes nothing with it") {
  http_fixture fixture;
  fixture.faults->hold_commits();
  {
    raw_client client{fixture.port()};
    client.send(request_text("POST", "/events", one_event));
    REQUIRE(fixture.faults->wait_for_held_commit(default_patience));
  }
  fixture.faults->release_commits();

  CHECK(eventually([&] { return fixture.events->counters().events_published == 1; }));
  CHECK(eventually([&] { return fixture.events->counters().connections == 0; }));
}

TEST_CASE("requests that are too large or malformed are refused, and the server goes on") {
  // The client ends what it has to say, so that the server does not really linger.
  http_fixture fixture{with_limits([](http_limits& limits) {
    limits.max_body_bytes = 10'000;
    limits.linger = default_patience;
  })};
  const std::vector<std::pair<std::string, unsigned>> table{
      {"GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(17'000, 'x') + "\r\n\r\n", 431},
      {"GET /" + std::string(17'000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", 431},
      {request_text("POST", "/events", std::string(10'001, ' ')), 413},
      {request_text("POST", "/events", std::string(3'000'000, ' ')), 413},
      {"POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST /events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(40'000, '0'), 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"nonsense\r\n\r\n", 400},
      {std::string("\0\0\0\0\r\n\r\n", 8), 400},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
  };
  for (const auto& [text, status] : table) {
    INFO(text.substr(0, 80));
    raw_client client{fixture.port()};
    client.send(text);
    const reply_text reply = read_reply(client);
    CHECK(reply.status == status);
    CHECK(reply.field("Content-Type") == "application/problem+json");
    CHECK(reply.field("Connection") == "close");
    client.end_input();
    CHECK(client.is_closed());
  }
  CHECK(fetch(fixture.port(), "GET", "/health/live").status == 200);
}

TEST_CASE("a refusal follows the answers to what came before it") {
  http_fixture fixture;
  raw_client client{fixture.port()};
  client.send(request_text("POST", "/events", one_event) + request_text("POST", "/events", one_event) +
              "nonsense\r\n\r\n");

  CHECK(read_reply(client).status == 200);
  CHECK(read_reply(client).status == 200);
  CHECK(read_reply(client).status == 400);
}

TEST_CASE("noise of any kind leaves the server standing") {
  http_fixture fixture{with_limits([](http_limits& limits) { limits.linger = 10ms; })};
  std::uint64_t state = 42;
  const auto random = [&] { return state = state * 6364136223846793005ULL + 1442695040888963407ULL; };
  const std::string valid = request_text("POST", "/events", one_event);
  for (int round = 0; round < 300; ++round) {
    std::string noise = valid + valid;
    for (std::uint64_t i = (random() >> 33U) % 6; i > 0; --i) {
      noise[(random() >> 33U) % noise.size()] = static_cast<char>(random() >> 40U);
    }
    noise.resize((random() >> 33U) % noise.size() + 1);
    raw_client client{fixture.port()};
    client.send(noise);
  }
  CHECK(fetch(fixture.port(), "GET", "/health/live").status == 200);
  CHECK(eventually([&] { return fixture.events->counters().connections == 0; }));
}

TEST_CASE("connections beyond the limit are told so") {
  http_fixture fixture{with_limits([](http_limits& limits) { limits.max_connections = 2; })};
  raw_client first{fixture.port()};
  raw_client second{fixture.port()};
  first.send(request_text("GET", "/health/live"));
  second.send(request_text("GET", "/health/live"));
  CHECK(read_reply(first).status == 200);
  CHECK(read_reply(second).status == 200);

  raw_client third{fixture.port()};

  const reply_text refused = read_reply(third);
  CHECK(refused.status == 503);
  CHECK_FALSE(refused.field("Retry-After").empty());
  first.send(request_text("GET", "/health/live"));
  CHECK(read_reply(first).status == 200);
}

TEST_CASE("a connection is handed over with what came after its request") {
  std::promise<std::pair<http_request, std::string>> handed;
  http_fixture fixture{{}, 1, [&](boost::asio::ip::tcp::socket socket, http_request request, std::string rest) {
                         boost::system::error_code ignored;
                         const std::string hello = "101 it is\r\n\r\n";
                         socket.write_some(boost::asio::buffer(hello), ignored);
                         handed.set_value({std::move(request), std::move(rest)});
                       }};
  raw_client client{fixture.port()};
  client.send(request_text("GET", "/health/live") +
              request_text("GET", "/ws?topic=a", {}, "Connection: Upgrade\r\nUpgrade: websocket\r\n") + "frames");

  CHECK(read_reply(client).status == 200);
  CHECK(client.read_until("\r\n\r\n") == "101 it is\r\n\r\n");
  const auto [request, rest] = handed.get_future().get();
  CHECK(request.target == "/ws?topic=a");
  CHECK(rest == "frames");
  CHECK(eventually([&] { return fixture.events->counters().connections == 0; }));
}

TEST_CASE("an upgrade that is none does not overtake the answers to what came before it") {
  bool handed = false;
  http_fixture fixture{
      {}, 1, [&](boost::asio::ip::tcp::socket, const http_request&, const std::string&) { handed = true; }};
  fixture.publish("a", 10);
  raw_client client{fixture.port()};
  client.send(request_text("GET", "/events") + request_text("GET", "/ws", {}, "Upgrade: websocket\r\n") +
              request_text("HEAD", "/ws", {}, "Connection: Upgrade\r\nUpgrade: websocket\r\n") +
              request_text("GET", "/health/live"));

  CHECK(json::parse(read_reply(client).body)["total"] == 10);
  CHECK(read_reply(client).status == 400);
  CHECK(read_reply(client, true).status == 426);
  CHECK(read_reply(client).status == 200);
  CHECK_FALSE(handed);
}

TEST_CASE("several I/O threads share a port, and no other server may") {
  http_fixture fixture{{}, 3};
  for (int i = 0; i < 20; ++i) CHECK(fetch(fixture.port(), "POST", "/events", one_event).status == 200);
  CHECK(fixture.events->counters().events_published == 20);

  const auto io = fixture.contexts();
  for (const std::size_t threads : {1U, 3U}) {
    const auto other = make_http_server(std::span{io}.first(threads), *fixture.events, {.port = fixture.port()}, {});
    CHECK_THROWS_AS(other->start(), error);
  }
}

TEST_CASE("an address that is none of this machine's is an error") {
  http_fixture fixture;
  const auto io = fixture.contexts();
  const auto elsewhere = make_http_server(io, *fixture.events, {.host = "192.0.2.1", .port = 0}, {});
  CHECK_THROWS_AS(elsewhere->start(), error);
}

TEST_CASE("the metrics listener answers in Prometheus' format") {
  http_fixture fixture;
  const auto metrics =
      make_metrics_server(*fixture.contexts().front(), *fixture.events, {.port = 0}, [] { return "up 1\n"; });
  metrics->start();

  const reply_text reply = fetch(metrics->port(), "GET", "/metrics");
  CHECK(reply.body == "up 1\n");
  CHECK(reply.field("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(fetch(metrics->port(), "GET", "/events").status == 404);
  metrics->close();
}

TEST_CASE("metrics are scraped also when the API's connections are all taken") {
  http_fixture fixture{with_limits([](http_limits& limits) { limits.max_connections = 1; })};
  http_server_options options{.port = 0};
  options.limits.max_connections = 1;
  const auto metrics =
      make_metrics_server(*fixture.contexts().front(), *fixture.events, std::move(options), [] { return "up 1\n"; });
  metrics->start();
  raw_client client{fixture.port()};
  client.send(request_text("GET", "/health/live"));
  REQUIRE(read_reply(client).status == 200);

  CHECK(fetch(metrics->port(), "GET", "/metrics").status == 200);
  CHECK(fixture.events->counters().connections == 1);
  metrics->close();
}
