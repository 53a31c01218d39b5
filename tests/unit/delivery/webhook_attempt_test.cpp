#include "delivery/webhook/webhook_attempt.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace eventmgr::delivery;
using namespace std::chrono_literals;
using step = webhook_attempt::step;
using at = stream_end::stage;

namespace {

const std::string answer{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"};
const webhook_attempt::clock::time_point start{std::chrono::hours{1}};
const stream_end closed{at::open, true, false, "the connection was closed"};
const stream_end reset{at::open, false, false, "Connection reset by peer"};

webhook_attempt make_attempt() { return webhook_attempt{webhook_limits{10s, 5s, {}}}; }

}  // namespace

TEST_CASE("an attempt on a fresh connection connects, sends, waits and is answered, each by its deadline") {
  auto attempt = make_attempt();

  CHECK(attempt.begin(false, start, 30s) == step::connect);
  CHECK(attempt.deadline() == start + 10s);
  CHECK(attempt.opened() == step::send);
  CHECK(attempt.written(false, start + 1s) == step::wait);
  CHECK(attempt.deadline() == start + 6s);
  CHECK(attempt.written(true, start + 2s) == step::wait);
  CHECK(attempt.deadline() == start + 30s);
  CHECK(attempt.received(answer.substr(0, 5)) == step::wait);
  CHECK(attempt.received(answer.substr(5)) == step::answered);
  CHECK(attempt.answer().status() == 200);
  CHECK(attempt.leaves_connection());
}

TEST_CASE("a machine without room for a connection is not the endpoint's failure") {
  auto attempt = make_attempt();
  attempt.begin(false, start, 30s);
  CHECK(attempt.ended({at::connect, false, false, "Too many open files", true}, start + 1s) == step::no_room);
  attempt.begin(true, start, 30s);
  attempt.written(true, start);
  CHECK(attempt.ended(closed, start + 1s) == step::connect);
  CHECK(attempt.ended({at::name, false, false, "a.test: System error", true}, start + 1s) == step::no_room);
}

TEST_CASE("no part of an attempt outlasts the whole") {
  auto attempt = make_attempt();

  attempt.begin(false, start, 2s);
  CHECK(attempt.deadline() == start + 2s);
  attempt.opened();
  attempt.written(false, start + 1s);
  CHECK(attempt.deadline() == start + 2s);
  CHECK(attempt.expired() == step::failed);
  CHECK(attempt.error() == "timed out after 2 s");
}

TEST_CASE("a connection that was closed while it was idle costs nothing but a fresh one, once") {
  auto attempt = make_attempt();

  CHECK(attempt.begin(true, start, 30s) == step::send);
  attempt.written(true, start);
  CHECK(attempt.ended(closed, start + 1s) == step::connect);
  CHECK(attempt.deadline() == start + 11s);
  CHECK(attempt.opened() == step::send);
  attempt.written(true, start + 2s);
  CHECK(attempt.ended(closed, start + 3s) == step::failed);
  CHECK(attempt.error() == "the connection was closed without an answer");
}

TEST_CASE("a connection that ends after a byte of answer is not tried again") {
  auto attempt = make_attempt();

  attempt.begin(true, start, 30s);
  attempt.written(true, start);
  attempt.received("H");
  CHECK(attempt.ended(reset, start) == step::failed);
  CHECK(attempt.error() == "Connection reset by peer");
}

TEST_CASE("a fresh connection that ends without an answer is not tried again") {
  auto attempt = make_attempt();

  attempt.begin(false, start, 30s);
  attempt.opened();
  attempt.written(true, start);
  CHECK(attempt.ended(reset, start) == step::failed);
}

TEST_CASE("an answer without a length ends with its connection") {
  auto attempt = make_attempt();

  attempt.begin(false, start, 30s);
  attempt.opened();
  attempt.written(true, start);
  CHECK(attempt.received("HTTP/1.1 200 OK\r\n\r\nok") == step::wait);
  CHECK(attempt.ended(closed, start) == step::answered);
  CHECK(attempt.answer().body() == "ok");
  CHECK_FALSE(attempt.leaves_connection());
}

TEST_CASE("a connection is given up when the answer came before the request had left, or with more behind it") {
  auto early = make_attempt();
  early.begin(false, start, 30s);
  early.opened();
  early.written(false, start);
  CHECK(early.received(answer) == step::answered);
  CHECK_FALSE(early.leaves_connection());

  auto chatty = make_attempt();
  chatty.begin(false, start, 30s);
  chatty.opened();
  chatty.written(true, start);
  CHECK(chatty.received(answer + "HTTP/1.1 200 OK\r\n") == step::answered);
  CHECK_FALSE(chatty.leaves_connection());
}

TEST_CASE("an attempt says why it failed") {
  struct row {
    stream_end end;
    std::chrono::seconds after;
    std::string expected;
  };
  const row table[] = {
      {{at::name, false, false, "nowhere: Name or service not known"},
       1s,
       "cannot resolve nowhere: Name or service not known"},
      {{at::guard, false, false, "169.254.169.254 is a link-local address"},
       1s,
       "the endpoint is refused: 169.254.169.254 is a link-local address"},
      {{at::connect, false, false, "Connection refused"}, 1s, "cannot connect: Connection refused"},
      {{at::connect, false, true, "no connection in time"},
       10s,
       "timed out connecting after 10 s: no connection in time"},
      {{at::handshake, false, false, "the certificate is not accepted: certificate has expired"},
       1s,
       "the certificate is not accepted: certificate has expired"},
      {{at::connect, false, true, "no connection in time"}, 12s, "timed out after 12 s"},
  };
  for (const auto& [end, after, expected] : table) {
    CAPTURE(expected);
    auto attempt = make_attempt();
    attempt.begin(false, start, 12s);
    CHECK(attempt.ended(end, start + after) == step::failed);
    CHECK(attempt.error() == expected);
  }
}

TEST_CASE("rubbish fails an attempt at once") {
  auto attempt = make_attempt();

  attempt.begin(false, start, 30s);
  attempt.opened();
  attempt.written(true, start);
  CHECK(attempt.received("220 mail ready\r\n") == step::failed);
  CHECK(attempt.error() == "the answer is no HTTP/1.1");
}

TEST_CASE("a request that is not taken in time fails for itself") {
  auto attempt = make_attempt();

  attempt.begin(true, start, 30s);
  attempt.written(false, start);
  CHECK(attempt.expired() == step::failed);
  CHECK(attempt.error() == "timed out sending the request after 5 s");

  CHECK(attempt.begin(false, start, 1500ms) == step::connect);
  CHECK(attempt.error().empty());
  attempt.opened();
  attempt.written(true, start);
  CHECK(attempt.expired() == step::failed);
  CHECK(attempt.error() == "timed out after 1500 ms");
}
