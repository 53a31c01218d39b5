#include "delivery/webhook/request_writer.hpp"

#include "unit/delivery/outgoing_events.hpp"

#include <catch2/catch.hpp>
#include <zlib.h>

#include <map>
#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::delivery;
using test::outgoing;
using test::outgoing_events;
using test::outgoing_id;

namespace {

const time_point now{std::chrono::milliseconds{1614265330999}};
const subscription_id subscriber = *subscription_id::parse("11111111-2222-7333-8444-555555555555");

struct request {
  std::string line{};
  std::map<std::string, std::string> headers{};
  std::string body{};
};

request take_apart(const std::string& text) {
  request out;
  std::size_t at = text.find("\r\n");
  out.line = text.substr(0, at);
  while (true) {
    const auto begin = at + 2;
    at = text.find("\r\n", begin);
    REQUIRE(at != std::string::npos);
    if (at == begin) break;
    const auto line = text.substr(begin, at - begin);
    const auto colon = line.find(": ");
    REQUIRE(colon != std::string::npos);
    REQUIRE(out.headers.emplace(line.substr(0, colon), line.substr(colon + 2)).second);
  }
  out.body = text.substr(at + 2);
  return out;
}

request write(const subscription_definition& definition, const std::vector<outgoing_event>& events) {
  const auto to = parse_endpoint_url("http://example.org:8080/hook?a=1", endpoint_scheme::http, "").value();
  auto writer = request_writer::make(subscriber, definition, to, "eventmgr/9").value();
  std::string text{"what was there before"};
  writer.write(text, events, now);
  return take_apart(text);
}

std::string gunzip(const std::string& packed) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string out(1 << 20, '\0');
  std::string in = packed;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int state = ::inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  ::inflateEnd(&stream);
  return state == Z_STREAM_END ? out : "not gzip";
}

}  // namespace

TEST_CASE("one event is posted with the headers of the design") {
  subscription_definition definition;
  definition.options.headers = {{"Authorization", "Bearer x"}, {"X-Team", "shop"}};
  const auto event = outgoing(1);

  const auto sent = write(definition, {event});

  CHECK(sent.line == "POST /hook?a=1 HTTP/1.1");
  CHECK(sent.body == *event.json);
  const std::map<std::string, std::string> expected{
      {"Host", "example.org:8080"},
      {"User-Agent", "eventmgr/9"},
      {"Authorization", "Bearer x"},
      {"X-Team", "shop"},
      {"x-eventmgr-subscription", "11111111-2222-7333-8444-555555555555"},
      {"Content-Type", "application/json"},
      {"Content-Length", std::to_string(event.json->size())},
      {"webhook-id", outgoing_id(1)},
      {"webhook-timestamp", "1614265330"},
      {"traceparent", "00-0190a1b2c3d47abc8def000000000001-8def000000000001-01"},
      {"x-eventmgr-attempt", "1"},
  };
  CHECK(sent.headers == expected);
}

TEST_CASE("a batch has one id for the same events, the highest attempt, and says so if any of it is replayed") {
  subscription_definition definition;
  definition.options.batch_size = 10;
  auto events = outgoing_events(3);
  events[1].attempt = 4;
  events[2].replay = true;

  const auto sent = write(definition, events);

  CHECK(sent.body == "{\"events\":[" + *events[0].json + "," + *events[1].json + "," + *events[2].json + "]}");
  CHECK(sent.headers.at("x-eventmgr-attempt") == "4");
  CHECK(sent.headers.at("x-eventmgr-replay") == "true");
  CHECK(sent.headers.at("webhook-id").at(14) == '5');
  CHECK(sent.headers.at("webhook-id") == write(definition, events).headers.at("webhook-id"));
  events.pop_back();
  CHECK(sent.headers.at("webhook-id") != write(definition, events).headers.at("webhook-id"));
}

TEST_CASE("a batch of one is a batch still") {
  subscription_definition definition;
  definition.options.batch_size = 10;
  const auto events = outgoing_events(1);

  const auto sent = write(definition, events);

  CHECK(sent.body == "{\"events\":[" + *events[0].json + "]}");
  CHECK(sent.headers.at("webhook-id") != outgoing_id(1));
}

TEST_CASE("a compressed body unpacks to what was signed") {
  subscription_definition plain;
  plain.options.secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  auto packed = plain;
  packed.options.compression = true;
  const auto events = outgoing_events(1);

  const auto clear = write(plain, events);
  const auto small = write(packed, events);

  CHECK(small.headers.at("Content-Encoding") == "gzip");
  CHECK(small.headers.at("Content-Length") == std::to_string(small.body.size()));
  CHECK(gunzip(small.body) == clear.body);
  CHECK(small.headers.at("webhook-signature") == clear.headers.at("webhook-signature"));
  CHECK(clear.headers.count("Content-Encoding") == 0);
}

TEST_CASE("an own User-Agent takes the place of the program's") {
  subscription_definition definition;
  definition.options.headers = {{"user-agent", "mine"}};

  const auto sent = write(definition, outgoing_events(1));

  CHECK(sent.headers.count("User-Agent") == 0);
  CHECK(sent.headers.at("user-agent") == "mine");
}

TEST_CASE("headers that would break or forge a request are never sent") {
  subscription_definition definition;
  definition.options.headers = {{"", "x"},
                                {"X\r\nY", "x"},
                                {"X", "a\r\nB: c"},
                                {"X", "a\nb"},
                                {"Host", "evil"},
                                {"content-LENGTH", "0"},
                                {"Transfer-Encoding", "chunked"},
                                {"webhook-signature", "v1,x"},
                                {"X-EventMgr-Attempt", "9"},
                                {"X-Good", "\xC3\xA9"}};

  const auto sent = write(definition, outgoing_events(1));

  CHECK(sent.headers.size() == 10);
  CHECK(sent.headers.at("X-Good") == "\xC3\xA9");
}
