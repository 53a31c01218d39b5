#include "integration/http_fixture.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::transport;
using namespace std::chrono_literals;

namespace {

bool ready(const std::future<void>& done) { return done.wait_for(default_patience) == std::future_status::ready; }

}  // namespace

TEST_CASE("a connection without requests is closed") {
  http_fixture fixture{with_limits([](http_limits& limits) { limits.idle = 500ms; })};
  raw_client silent{fixture.port()};
  raw_client served{fixture.port()};
  served.send(request_text("GET", "/health/live"));

  CHECK(read_reply(served).status == 200);
  CHECK(served.is_closed());
  CHECK(silent.is_closed());
  CHECK(eventually([&] { return fixture.events->counters().connections == 0; }));
}

TEST_CASE("a header that does not end is given up") {
  http_fixture fixture{with_limits([](http_limits& limits) {
    limits.header_read = 40ms;
    limits.linger = 40ms;
  })};
  raw_client client{fixture.port()};
  client.send("GET /health HTTP/1.1\r\nHost: ");

  CHECK(read_reply(client).status == 408);
  CHECK(client.is_closed());
}

TEST_CASE("drops of a header do not keep a connection open") {
  http_fixture fixture{with_limits([](http_limits& limits) {
    limits.header_read = 60ms;
    limits.linger = 20ms;
  })};
  raw_client client{fixture.port()};
  client.send("GET /health HTTP/1.1\r\n");
  for (int i = 0; i < 200 && client.send("X: y\r\n"); ++i) std::this_thread::sleep_for(2ms);

  CHECK(eventually([&] { return fixture.events->counters().connections == 0; }));
}

TEST_CASE("a body that does not come is given up, after the answers before it") {
  http_fixture fixture{with_limits([](http_limits& limits) {
    limits.body_read = 40ms;
    limits.linger = 40ms;
  })};
  raw_client client{fixture.port()};
  client.send(request_text("POST", "/events", one_event) +
              "POST /events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");

  CHECK(read_reply(client).status == 200);
  CHECK(read_reply(client).status == 408);
  CHECK(client.is_closed());
}

TEST_CASE("an answer that nobody takes is given up") {
  http_fixture fixture{with_limits([](http_limits& limits) { limits.write = 60ms; })};
  fixture.publish("a", 40, 200'000);
  raw_client client{fixture.port()};

  for (int i = 0; i < 4; ++i) client.send(request_text("GET", "/events?limit=40"));

  CHECK(eventually([&] { return fixture.events->counters().connections == 0; }));
}

TEST_CASE("a request that is being handled is not timed") {
  http_fixture fixture{with_limits([](http_limits& limits) {
    limits.idle = 300ms;
    limits.header_read = 300ms;
    limits.body_read = 300ms;
  })};
  fixture.faults->hold_commits();
  raw_client client{fixture.port()};
  client.send(request_text("POST", "/events", one_event));
  REQUIRE(fixture.faults->wait_for_held_commit(default_patience));
  std::this_thread::sleep_for(700ms);
  fixture.faults->release_commits();

  CHECK(read_reply(client).status == 200);
}

TEST_CASE("a steady stream of pipelined requests is not taken for a slow header") {
  http_fixture fixture{with_limits([](http_limits& limits) { limits.header_read = 1s; })};
  raw_client client{fixture.port()};
  const std::string request = request_text("GET", "/health/live");
  client.send(request.substr(0, 10));
  const auto end = std::chrono::steady_clock::now() + 1500ms;
  while (std::chrono::steady_clock::now() < end) {
    client.send(request.substr(10) + request.substr(0, 10));
    CHECK(read_reply(client).status == 200);
    std::this_thread::sleep_for(3ms);
  }
}

TEST_CASE("draining answers what is under way, closes what idles and takes nothing new") {
  http_fixture fixture;
  fixture.faults->hold_commits();
  raw_client idle{fixture.port()};
  idle.send(request_text("GET", "/health/live"));
  CHECK(read_reply(idle).status == 200);
  raw_client busy{fixture.port()};
  busy.send(request_text("POST", "/events", one_event));
  REQUIRE(fixture.faults->wait_for_held_commit(default_patience));

  const std::future<void> drained = fixture.drain();

  CHECK(idle.is_closed());
  CHECK(drained.wait_for(20ms) == std::future_status::timeout);
  fixture.faults->release_commits();
  const reply_text reply = read_reply(busy);
  CHECK(reply.status == 200);
  CHECK(reply.field("Connection") == "close");
  CHECK(busy.is_closed());
  busy.end_input();
  CHECK(ready(drained));
  CHECK_THROWS(raw_client{fixture.port()});
}

TEST_CASE("draining lets a request that has begun to arrive come to its end") {
  http_fixture fixture;
  const std::string request = request_text("POST", "/events", one_event);
  raw_client client{fixture.port()};
  // Both are read at once, so that once the first is answered the second has begun to arrive.
  client.send(request_text("GET", "/health/live") + request.substr(0, 40));
  REQUIRE(read_reply(client).status == 200);

  const std::future<void> drained = fixture.drain();
  client.send(request.substr(40));

  const reply_text reply = read_reply(client);
  CHECK(reply.status == 200);
  CHECK(reply.field("Connection") == "close");
  client.end_input();
  CHECK(ready(drained));
}

TEST_CASE("draining ends though the last request is answered while it is read") {
  http_fixture fixture;
  const std::string request = request_text("GET", "/health/live");
  raw_client client{fixture.port()};
  client.send(request + request.substr(0, 40));
  REQUIRE(read_reply(client).status == 200);

  const std::future<void> drained = fixture.drain();
  client.send(request.substr(40));

  CHECK(read_reply(client).field("Connection") == "close");
  client.end_input();
  CHECK(ready(drained));
}

TEST_CASE("draining ends a connection on which requests go on coming, and answers all that are begun") {
  http_fixture fixture{with_limits([](http_limits& limits) { limits.max_pipelined = 4; })};
  fixture.faults->hold_commits();
  const std::string request = request_text("POST", "/events", one_event);
  raw_client client{fixture.port()};
  for (int i = 0; i < 40; ++i) client.send(request);
  REQUIRE(fixture.faults->wait_for_held_commit(default_patience));

  const std::future<void> drained = fixture.drain();
  fixture.faults->release_commits();

  std::uint64_t answered = 0;
  std::string connection;
  while (connection.empty()) {
    const reply_text reply = read_reply(client);
    CHECK(reply.status == 200);
    connection = reply.field("Connection");
    ++answered;
  }
  CHECK(connection == "close");
  CHECK(client.is_closed());
  client.end_input();
  CHECK(ready(drained));
  CHECK(answered < 40);
  CHECK(answered == fixture.events->counters().events_published);
}

TEST_CASE("closing ends connections that draining would wait for") {
  http_fixture fixture;
  fixture.faults->hold_commits();
  raw_client busy{fixture.port()};
  busy.send(request_text("POST", "/events", one_event));
  REQUIRE(fixture.faults->wait_for_held_commit(default_patience));

  const std::future<void> drained = fixture.drain();
  fixture.server->close();

  CHECK(ready(drained));
  CHECK(busy.is_closed());
}
