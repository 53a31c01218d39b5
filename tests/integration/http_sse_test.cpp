#include "integration/http_fixture.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::transport;
using namespace std::chrono_literals;

namespace {

/// The offsets of the events in a piece of a stream.
std::vector<std::uint64_t> offsets_in(std::string_view text) {
  std::vector<std::uint64_t> all;
  constexpr std::string_view mark = R"("seq":)";
  for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    all.push_back(std::stoull(std::string{text.substr(at + mark.size(), 20)}));
  }
  return all;
}

std::string last_id(std::string_view text) {
  const std::size_t at = text.rfind("id: ");
  return std::string{text.substr(at + 4, text.find('\n', at) - at - 4)};
}

bool is_run(const std::vector<std::uint64_t>& all, std::uint64_t first, std::uint64_t last) {
  if (all.size() != last - first + 1) return false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] != first + i) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a stream sends its head at once and events as they come") {
  http_fixture fixture;
  raw_client client{fixture.port()};
  client.send(request_text("GET", "/events/stream?topic=a.%23"));

  const std::string head = client.read_until("\r\n\r\n");
  CHECK(head.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(head.find("Content-Type: text/event-stream\r\n") != std::string::npos);
  CHECK(head.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
  client.read_until("\n\n");

  fixture.publish("a/b");
  const std::string text = client.read_until("}\n\n");
  CHECK(text.find("event: test.happened\ndata: {") != std::string::npos);
}

TEST_CASE("a stream for HTTP/1.0 is not chunked") {
  http_fixture fixture;
  fixture.publish("a", 2);
  raw_client client{fixture.port()};
  client.send("GET /events/stream?since=1 HTTP/1.0\r\n\r\n");

  CHECK(client.read_until("\r\n\r\n").find("Transfer-Encoding") == std::string::npos);
  CHECK(client.read_until("\n\n").starts_with("id: "));
  CHECK(client.read_until("\n\n").starts_with("id: "));
}

TEST_CASE("history meets live without gap or repeat, also across reconnects") {
  http_fixture fixture;
  fixture.publish("a", 300);
  std::string since = "since=1";
  std::string resume;
  std::uint64_t expected = 1;
  for (int round = 0; round < 3; ++round) {
    raw_client client{fixture.port()};
    client.send(request_text("GET", "/events/stream?" + since, {}, resume));
    const std::uint64_t target = expected + 199;
    std::string text;
    while (offsets_in(text).size() < 200) {
      fixture.publish("a");
      text += client.read_until("}\n\n");
    }
    CHECK(is_run(offsets_in(text), expected, target));
    resume = "Last-Event-ID: " + last_id(text) + "\r\n";
    since = "since=5m";
    expected = target + 1;
  }
  CHECK(eventually([&] { return fixture.events->counters().tails == 0; }));
}

TEST_CASE("a silent stream shows that it is alive") {
  constexpr auto idle = 500ms;  // in which the request has to come
  http_fixture fixture{with_limits([&](http_limits& limits) {
    limits.stream_tick = 20ms;
    limits.idle = idle;
  })};
  raw_client client{fixture.port()};
  client.send(request_text("GET", "/events/stream"));
  client.read_until("\r\n\r\n");

  const auto end = std::chrono::steady_clock::now() + 2 * idle;
  while (std::chrono::steady_clock::now() < end) CHECK(client.read_until(":\n\n").ends_with(":\n\n"));
}

TEST_CASE("a client that does not read gets everything once it does, from a bounded buffer") {
  http_fixture fixture{with_limits([](http_limits& limits) {
    limits.stream_buffer_bytes = 16'384;
    limits.write = 20ms;
  })};
  raw_client client{fixture.port()};
  client.send(request_text("GET", "/events/stream"));
  client.read_until("\r\n\r\n");

  constexpr std::uint64_t count = 400;
  fixture.publish("a", count, 20'000);
  CHECK(fixture.events->counters().events_processed < count);

  std::string text;
  while (offsets_in(text).empty() || offsets_in(text.substr(text.size() - 1000)).back() < count) {
    text += client.read_until("\n\n");
  }
  CHECK(is_run(offsets_in(text), 1, count));
}

TEST_CASE("a stream that cannot start is a problem on a connection that stays") {
  http_fixture fixture;
  raw_client client{fixture.port()};
  client.send(request_text("GET", "/events/stream?since=77"));
  CHECK(read_reply(client).status == 400);
  client.send(request_text("GET", "/health/live"));
  CHECK(read_reply(client).status == 200);
}

TEST_CASE("a stream waits for the answers to what came before it") {
  http_fixture fixture;
  fixture.publish("a");
  raw_client client{fixture.port()};
  client.send(request_text("GET", "/events") + request_text("GET", "/events/stream?since=1"));

  CHECK(read_reply(client).status == 200);
  CHECK(client.read_until("\r\n\r\n").find("text/event-stream") != std::string::npos);
  client.read_until("}\n\n");
}

TEST_CASE("a connection has one stream, and nothing that is pipelined behind it is begun") {
  http_fixture fixture;
  {
    raw_client client{fixture.port()};
    std::string text;
    for (int i = 0; i < 10; ++i) text += request_text("GET", "/events/stream");
    client.send(text);
    client.read_until("\n\n");
    fixture.publish("a");
    client.read_until("}\n\n");
    CHECK(fixture.events->counters().tails == 1);
  }
  CHECK(eventually([&] { return fixture.events->counters().tails == 0; }));
  CHECK(eventually([&] { return fixture.events->counters().connections == 0; }));
}

TEST_CASE("streams that are asked for by HEAD, or cannot start, leave nothing behind") {
  http_fixture fixture;
  {
    raw_client client{fixture.port()};
    client.send(request_text("GET", "/events/stream?since=77") + request_text("GET", "/events/stream?since=77") +
                request_text("HEAD", "/events/stream") + request_text("GET", "/events/stream"));
    CHECK(read_reply(client).status == 400);
    CHECK(read_reply(client).status == 400);
    CHECK(client.read_until("\r\n\r\n").find("text/event-stream") != std::string::npos);
    CHECK(client.is_closed());
  }
  CHECK(eventually([&] { return fixture.events->counters().connections == 0; }));
  CHECK(eventually([&] { return fixture.events->counters().tails == 0; }));
}

TEST_CASE("draining ends streams in good order") {
  http_fixture fixture;
  raw_client client{fixture.port()};
  client.send(request_text("GET", "/events/stream"));
  client.read_until("\n\n");

  const std::future<void> drained = fixture.drain();

  CHECK(client.read_all().ends_with("0\r\n\r\n"));
  client.end_input();
  CHECK(drained.wait_for(default_patience) == std::future_status::ready);
  CHECK(eventually([&] { return fixture.events->counters().tails == 0; }));
}

TEST_CASE("HEAD of a stream is its head") {
  http_fixture fixture;
  raw_client client{fixture.port()};
  client.send(request_text("HEAD", "/events/stream"));
  CHECK(client.read_until("\r\n\r\n").find("text/event-stream") != std::string::npos);
  CHECK(client.is_closed());
}

TEST_CASE("many streams on several threads each get every event, once and in order") {
  http_fixture fixture{{}, 3};
  std::vector<std::unique_ptr<raw_client>> clients;
  for (int i = 0; i < 30; ++i) {
    clients.push_back(std::make_unique<raw_client>(fixture.port()));
    clients.back()->send(request_text("GET", "/events/stream"));
    clients.back()->read_until("\r\n\r\n");
  }
  constexpr std::uint64_t count = 100;
  fixture.publish("a", count);

  for (const auto& client : clients) {
    std::string text;
    for (std::uint64_t i = 0; i < count; ++i) text += client->read_until("}\n\n");
    CHECK(is_run(offsets_in(text), 1, count));
  }
}
