#include "transport/http/response_queue.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>

using namespace eventmgr::transport;

namespace {

constexpr std::string_view date = "Sun, 06 Nov 1994 08:49:37 GMT";

http_response answer(std::string body) { return {.status = 200, .body = std::move(body)}; }

std::string written(response_queue& queue, bool closing = false) {
  std::string out;
  queue.write_ready(out, date, closing);
  return out;
}

constexpr request_facts kept{.keep_alive = true};

}  // namespace

TEST_CASE("answers leave in the order of their requests") {
  response_queue queue;
  const auto first = queue.add(kept);
  const auto second = queue.add(kept);
  const auto third = queue.add(kept);

  queue.complete(second, answer("2"));
  CHECK(written(queue).empty());
  queue.complete(first, answer("1"));
  const std::string out = written(queue);

  CHECK(out.find("\r\n\r\n1HTTP/1.1 200 OK") != std::string::npos);
  CHECK(out.ends_with("\r\n\r\n2"));
  CHECK(queue.is_next(third));
  CHECK(queue.size() == 1);
}

TEST_CASE("an answer has a length, a date and its own fields") {
  response_queue queue;
  http_response created{.status = 201, .body = "{}"};
  created.headers.add("Location", "/topics/a");
  queue.complete(queue.add(kept), std::move(created));

  CHECK(written(queue) ==
        "HTTP/1.1 201 Created\r\nServer: EventManager\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nLocation: /topics/a\r\n"
        "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

TEST_CASE("an answer to HEAD has the length of the body but not the body") {
  response_queue queue;
  queue.complete(queue.add({.keep_alive = true, .is_head = true}), answer("12345"));

  const std::string out = written(queue);

  CHECK(out.find("Content-Length: 5\r\n") != std::string::npos);
  CHECK(out.ends_with("\r\n\r\n"));
}

TEST_CASE("204 has neither body nor length") {
  response_queue queue;
  queue.complete(queue.add(kept), {.status = 204});
  CHECK(written(queue).find("Content-") == std::string::npos);
}

TEST_CASE("an answer that names a protocol to upgrade to says so in Connection too") {
  for (const auto& [request, said] :
       {std::pair{request_facts{.keep_alive = true}, "Connection: Upgrade\r\n"},
        std::pair{request_facts{.keep_alive = false}, "Connection: close, Upgrade\r\n"}}) {
    response_queue queue;
    http_response refused{.status = 426};
    refused.headers.add("Upgrade", "websocket");
    queue.complete(queue.add(request), std::move(refused));
    CHECK(written(queue).find(said) != std::string::npos);
  }
}

TEST_CASE("how long the connection lasts is said where the version's default is another") {
  SECTION("1.1, closing") {
    response_queue queue;
    queue.complete(queue.add({.keep_alive = false}), answer("x"));
    CHECK(written(queue).find("Connection: close\r\n") != std::string::npos);
    CHECK(queue.ended());
  }
  SECTION("1.0, kept") {
    response_queue queue;
    queue.complete(queue.add({.keep_alive = true, .http_1_1 = false}), answer("x"));
    CHECK(written(queue).find("Connection: keep-alive\r\n") != std::string::npos);
    CHECK_FALSE(queue.ended());
  }
  SECTION("1.1, kept") {
    response_queue queue;
    queue.complete(queue.add(kept), answer("x"));
    CHECK(written(queue).find("Connection") == std::string::npos);
  }
}

TEST_CASE("nothing follows an answer that ends the connection") {
  response_queue queue;
  const auto first = queue.add({.keep_alive = false});
  const auto second = queue.add(kept);
  queue.complete(second, answer("2"));
  queue.complete(first, answer("1"));

  CHECK(written(queue).ends_with("\r\n\r\n1"));
  CHECK(written(queue).empty());
}

TEST_CASE("a connection that closes says so with its last answer only") {
  response_queue queue;
  const auto first = queue.add(kept);
  const auto second = queue.add(kept);

  queue.complete(first, answer("1"));
  CHECK(written(queue, true).find("Connection: close") == std::string::npos);
  queue.complete(second, answer("2"));
  CHECK(written(queue, true).find("Connection: close") != std::string::npos);
}

TEST_CASE("what waits for its turn is counted") {
  response_queue queue;
  const auto first = queue.add(kept);
  const auto second = queue.add(kept);

  queue.complete(second, answer(std::string(1000, 'x')));
  queue.complete(second, answer(std::string(1000, 'x')));
  CHECK(queue.held_bytes() == 1000);
  queue.complete(first, answer("1"));
  CHECK(queue.held_bytes() == 1001);

  written(queue);
  CHECK(queue.held_bytes() == 0);
}

TEST_CASE("a request is answered once") {
  response_queue queue;
  const auto first = queue.add(kept);
  const auto second = queue.add(kept);
  queue.complete(second, answer("2"));
  queue.complete(second, answer("again"));
  queue.complete(first, answer("1"));
  queue.complete(first, answer("late"));

  CHECK(written(queue).ends_with("\r\n\r\n2"));
  CHECK(written(queue).empty());
}

TEST_CASE("dates are those of RFC 9110") {
  http_date clock;
  CHECK(clock.at(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(clock.at(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(clock.at(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
}
