#include "tools/webhook_receiver.hpp"

#include "bench/wire/http_session.hpp"
#include "support/eventually.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <string>

using namespace eventmgr;
using namespace eventmgr::testing;
using namespace std::chrono_literals;

namespace {

bench::http_session connect(const webhook_receiver& receiver, std::chrono::milliseconds limit = default_patience) {
  return bench::http_session({.host = "127.0.0.1", .port = receiver.port()}, limit);
}

bench::unique_fd post_without_waiting(const webhook_receiver& receiver, const std::string& path) {
  auto fd = bench::connect_to({.host = "127.0.0.1", .port = receiver.port()});
  bench::set_timeouts(fd.get(), default_patience);
  bench::write_all(fd.get(), "POST " + path + " HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
  return fd;
}

std::string read_some(const bench::unique_fd& fd) {
  std::array<char, 100> chunk{};
  return {chunk.data(), bench::read_some(fd.get(), chunk)};
}

}  // namespace

TEST_CASE("a receiver answers as the path asks") {
  struct row {
    const char* path;
    int status;
    const char* body;
  };
  const row rows[] = {
      {"/ok", 200, ""},
      {"/ok?for=me", 200, ""},
      {"/slow/1", 200, ""},
      {"/status/500", 500, ""},
      {"/status/410", 410, ""},
      {"/result/success", 200, R"({"success":true,"metadata":{"by":"webhook_receiver"}})"},
      {"/result/reject", 200, R"({"success":false,"error":"never","retry":false})"},
      {"/status/9000", 404, ""},
      {"/result/maybe", 404, ""},
      {"/ok/ok", 404, ""},
      {"/slow/", 404, ""},
      {"/", 404, ""},
  };
  webhook_receiver receiver;
  auto session = connect(receiver);
  for (const row& each : rows) {
    INFO(each.path);
    const auto answer = session.post(each.path, "{}");
    CHECK(answer.status == each.status);
    CHECK(answer.body == each.body);
  }
  const auto busy = session.post("/status/429/7", "{}");
  CHECK(busy.status == 429);
  CHECK(busy.head.find("Retry-After: 7\r\n") != std::string_view::npos);
}

TEST_CASE("a receiver keeps what it was sent") {
  webhook_receiver receiver;
  auto session = connect(receiver);
  session.post("/ok?n=1", R"({"a":1})");
  session.post("/ok?n=2", R"({"a":2})");
  CHECK(receiver.wait_for("/ok", 2, default_patience));
  const auto requests = receiver.requests("/ok");
  REQUIRE(requests.size() == 2);
  CHECK(requests[1].path == "/ok?n=2");
  CHECK(requests[1].body == R"({"a":2})");
  CHECK(requests[1].header("content-type") == "application/json");
  CHECK(requests[0].at <= requests[1].at);
  CHECK(receiver.count("/elsewhere") == 0);
}

TEST_CASE("a path is treated as its script says") {
  webhook_receiver receiver;
  int calls = 0;
  receiver.treat("/flaky", [&](const webhook_request&) { return webhook_reply{.status = ++calls == 1 ? 503 : 200}; });
  auto session = connect(receiver);
  CHECK(session.post("/flaky", "{}").status == 503);
  CHECK(session.post("/flaky", "{}").status == 200);
}

TEST_CASE("a receiver that hangs, breaks off or talks rubbish gives no answer") {
  webhook_receiver receiver;
  for (const char* path : {"/hang", "/reset", "/rubbish"}) {
    INFO(path);
    auto session = connect(receiver, 300ms);
    CHECK_THROWS(session.post(path, "{}"));
    CHECK(receiver.wait_for(path, 1, default_patience));
  }
}

TEST_CASE("a dripping answer goes on and has no end") {
  webhook_receiver receiver;
  const auto fd = post_without_waiting(receiver, "/drip");
  std::string seen;
  while (!seen.ends_with("\r\n\r\nxxx")) seen += read_some(fd);
  CHECK(seen.starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a huge answer is as long as it says") {
  webhook_receiver receiver;
  receiver.treat("/large", [](const webhook_request&) { return webhook_reply{.filler = 3'000'000}; });
  auto session = connect(receiver);
  CHECK(session.post("/large", "{}").body.size() == 3'000'000);
}

TEST_CASE("a client that leaves in the middle of a huge answer does no harm") {
  webhook_receiver receiver;
  CHECK(read_some(post_without_waiting(receiver, "/huge")).starts_with("HTTP/1.1 200 "));
  CHECK(connect(receiver).post("/ok", "{}").status == 200);
}
