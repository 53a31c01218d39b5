#include "transport/http/request_parser.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::transport;
using stage = request_parser::stage;

namespace {

http_limits small() {
  http_limits limits;
  limits.max_header_bytes = 512;
  limits.max_body_bytes = 64;
  return limits;
}

/// Feeds `text` in pieces of `step` bytes as a connection does; gives what was not used.
std::string feed(request_parser& parser, std::string_view text, std::size_t step) {
  std::string waiting;
  for (std::size_t at = 0; at < text.size(); at += step) {
    waiting.append(text.substr(at, step));
    for (std::size_t used = 1; used > 0 && !waiting.empty();) {
      used = parser.put(waiting);
      waiting.erase(0, used);
      if (parser.at() == stage::complete || parser.at() == stage::failed) {
        return waiting.append(text.substr(std::min(at + step, text.size())));
      }
    }
  }
  return waiting;
}

constexpr std::string_view post =
    "POST /events?a=1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"a\":\"b\"}";
constexpr std::string_view chunked =
    "POST /events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
    "chunked\r\n\r\n5\r\n{\"a\":\r\n4;x=y\r\n\"b\"}\r\n0\r\n\r\n";

}  // namespace

TEST_CASE("a request is read however its bytes are cut") {
  for (const std::string_view text : {post, chunked}) {
    for (std::size_t step = 1; step <= text.size(); ++step) {
      INFO(step);
      request_parser parser{small()};

      const std::string rest = feed(parser, text, step);

      REQUIRE(parser.at() == stage::complete);
      CHECK(rest.empty());
      CHECK(parser.facts().keep_alive);
      const http_request request = parser.take();
      CHECK(request.method == "POST");
      CHECK(request.body == R"({"a":"b"})");
      CHECK(request.body.capacity() >= request.body.size() + 64);
      CHECK(parser.at() == stage::start);
    }
  }
}

TEST_CASE("header fields are kept in order and found without regard to case") {
  request_parser parser{small()};
  feed(parser, post, post.size());

  const http_request request = parser.take();

  CHECK(request.target == "/events?a=1");
  CHECK(request.headers.find("content-TYPE") == "application/json");
  CHECK(request.headers.begin()->first == "Host");
}

TEST_CASE("requests follow each other, with empty lines between them passed over") {
  request_parser parser{small()};
  const std::string two = "\r\n" + std::string{post} + "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n";

  const std::string rest = feed(parser, two, two.size());
  REQUIRE(parser.at() == stage::complete);
  CHECK(parser.take().method == "POST");
  CHECK(feed(parser, rest, 7).empty());
  REQUIRE(parser.at() == stage::complete);
  CHECK(parser.take().method == "GET");
}

TEST_CASE("what a connection has to know of a request") {
  struct row {
    std::string text;
    bool keep_alive;
    bool http_1_1;
    bool upgrade;
  };
  const std::vector<row> table{
      {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", true, true, false},
      {"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", false, true, false},
      {"GET / HTTP/1.0\r\n\r\n", false, false, false},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true, false, false},
      {"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n", true, true,
       true},
      {"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n", true, true, false},
  };
  for (const row& one : table) {
    INFO(one.text);
    request_parser parser{small()};
    feed(parser, one.text, one.text.size());
    REQUIRE(parser.at() == stage::complete);
    CHECK(parser.facts().keep_alive == one.keep_alive);
    CHECK(parser.facts().http_1_1 == one.http_1_1);
    CHECK(parser.facts().wants_upgrade == one.upgrade);
  }
}

TEST_CASE("malformed and oversized requests are refused with their status") {
  const std::string head = "POST /events HTTP/1.1\r\nHost: x\r\n";
  const std::vector<std::pair<std::string, unsigned>> table{
      {"\x16\x03\x01\x02\x01\x01\x01\xFC\x03\x03 hello\r\n\r\n", 400},
      {"GET\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {head + "Content-Length: -1\r\n\r\n", 400},
      {head + "Content-Length: 5x\r\n\r\n", 400},
      {head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", 400},
      {head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {head + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400},
      {head + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {head + "Content-Length: 65\r\n\r\n", 413},
      {head + "Transfer-Encoding: chunked\r\n\r\n41\r\n" + std::string(65, 'x') + "\r\n0\r\n\r\n", 413},
      {head + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {head + "X: " + std::string(600, 'x') + "\r\n\r\n", 431},
      {"GET /" + std::string(600, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 431},
      {head + "Expect: miracles\r\n\r\n", 417},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
  };
  for (const auto& [text, status] : table) {
    for (const std::size_t step : {text.size(), std::size_t{1}}) {
      INFO(text << " in pieces of " << step);
      request_parser parser{small()};
      feed(parser, text, step);
      REQUIRE(parser.at() == stage::failed);
      CHECK(parser.refusal().status == status);
    }
  }
}

TEST_CASE("a request that expects 100 Continue says so once its header is complete") {
  request_parser parser{small()};

  feed(parser, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", 1000);

  CHECK(parser.at() == stage::body);
  CHECK(parser.expects_continue());
  feed(parser, "{}", 2);
  CHECK(parser.at() == stage::complete);
}

TEST_CASE("trailer fields are no header fields") {
  request_parser parser{small()};

  parser.put(
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
      "Content-Type: application/json\r\nHost: y\r\nOrigin: z\r\nExpect: nonsense\r\n\r\n");

  REQUIRE(parser.at() == stage::complete);
  const http_request request = parser.take();
  CHECK(request.body == "{}");
  for (const std::string_view name : {"Content-Type", "Origin", "Expect"}) {
    CHECK_FALSE(request.headers.find(name).has_value());
  }
  CHECK(request.headers.find("Host") == "x");
}
