#include "bench/load/delivery_meter.hpp"
#include "bench/load/event_source.hpp"
#include "bench/load/samples.hpp"
#include "bench/wire/http_reader.hpp"
#include "bench/wire/http_request_reader.hpp"
#include "bench/wire/socket.hpp"
#include "bench/wire/ws_reader.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::bench {

namespace {

using nlohmann::json;

/// Hands bytes to a reader in pieces of one size and collects status and body of each answer.
std::vector<std::pair<int, std::string>> read_in_pieces(std::string_view bytes, std::size_t piece) {
  http_reader reader;
  std::vector<std::pair<int, std::string>> answers;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    const auto part = bytes.substr(0, piece);
    std::ranges::copy(part, reader.space().begin());
    reader.received(part.size());
    while (const auto answer = reader.next()) answers.emplace_back(answer->status, answer->body);
  }
  return answers;
}

json body_of(const publish_request& request) {
  const auto bytes = request.bytes();
  const auto head_end = bytes.find("\r\n\r\n");
  const auto body = bytes.substr(head_end + 4);
  const auto length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
  CHECK(bytes.substr(0, head_end + 2).find(length) != std::string_view::npos);
  return json::parse(body);
}

/// An unmasked frame with FIN, as a server sends it.
std::string server_frame(ws_opcode opcode, std::string_view payload) {
  std::string frame;
  append_client_frame(frame, opcode, payload);
  frame[1] = static_cast<char>(frame[1] & 0x7F);
  const std::size_t head = payload.size() < 126 ? 2 : payload.size() <= 0xFFFF ? 4 : 10;
  return frame.erase(head, 4);
}

}  // namespace

TEST_CASE("answers are read whole, however they are cut") {
  const std::string bytes =
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
      "HTTP/1.1 204 No Content\r\n\r\n"
      "HTTP/1.1 503 Service Unavailable\r\ncontent-length:2\r\nConnection: close\r\n\r\nno";
  const std::vector<std::pair<int, std::string>> expected{{200, "hello"}, {204, ""}, {503, "no"}};

  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) CHECK(read_in_pieces(bytes, piece) == expected);
}

TEST_CASE("an answer that the reader cannot delimit is refused") {
  CHECK_THROWS(read_in_pieces("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 1000));
  CHECK_THROWS(read_in_pieces("HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n", 1000));
  CHECK_THROWS(read_in_pieces("SSH-2.0-OpenSSH\r\n\r\n", 1000));
}

TEST_CASE("frames of every length are read whole, however they are cut") {
  std::vector<std::string> sent;
  std::string bytes;
  for (const std::size_t length : {0U, 125U, 126U, 300U, 70000U}) {
    sent.emplace_back(length, 'f');
    bytes += server_frame(ws_opcode::text, sent.back());
  }

  for (const std::size_t piece : {1U, 7U, 1000U, 1000000U}) {
    std::vector<std::string> received;
    ws_reader reader([&](ws_opcode, std::string_view payload) { received.emplace_back(payload); });
    for (std::size_t at = 0; at < bytes.size(); at += piece) reader.feed(std::string_view(bytes).substr(at, piece));
    CHECK(received == sent);
  }
}

TEST_CASE("frames that no server may send are refused") {
  ws_reader reader([](ws_opcode, std::string_view) {});
  std::string masked;
  append_client_frame(masked, ws_opcode::text, "x");

  CHECK_THROWS(reader.feed(masked));
  CHECK_THROWS(reader.feed(std::string_view("\x01\x00", 2)));
  CHECK_THROWS(reader.feed(std::string_view("\xC1\x00", 2)));
}

TEST_CASE("a percentile is a sample that so many do not exceed") {
  samples durations;
  CHECK(durations.percentile_ms(0.5) == 0);
  for (int ms = 100; ms >= 1; --ms) durations.add(std::chrono::milliseconds(ms));

  CHECK(durations.percentile_ms(0.5) == 50);
  CHECK(durations.percentile_ms(0.99) == 99);
  CHECK(durations.percentile_ms(0.999) == 100);
  CHECK(durations.percentile_ms(1) == 100);
}

TEST_CASE("a request is renewed in place and stays valid JSON") {
  const event_spec spec{.size = 400, .topics = 3, .all_priorities = true, .ids = id_mode::uuid7};
  event_source source(spec);
  publish_request request(spec, 4, "127.0.0.1:1");
  std::set<std::string> ids;

  for (int use = 0; use < 2; ++use) {
    source.renew(request, send_stamp(1234567 + use));
    const auto events = body_of(request);
    REQUIRE(events.size() == 4);
    for (std::size_t i = 0; i < events.size(); ++i) {
      const auto number = static_cast<std::size_t>(use) * 4 + i;
      CHECK(events[i].at("topic") == "bench/load/000" + std::to_string(number % 3));
      CHECK(events[i].at("priority") == number % 4);
      CHECK(events[i].at("payload").at("sentUs") == "000000000" + std::to_string(1234567 + use));
      CHECK(events[i].at("id").get<std::string>()[14] == '7');
      ids.insert(events[i].at("id").get<std::string>());
      CHECK(events[i].dump().size() == 400 - 1);  // dump() writes 1234.5 for 1234.50
    }
  }
  CHECK(ids.size() == 8);
}

TEST_CASE("stamp and offset of a delivered event are found wherever they are") {
  const std::string event = R"({"seq":42,"payload":{"sentUs":"0000000000001234"}})";
  std::size_t hint = 0;
  CHECK(find_seq(event, hint) == 42U);
  CHECK(hint == 1);
  CHECK(find_seq(event, hint) == 42U);
  hint = 5000;
  CHECK(find_stamp(event, hint) == send_stamp(1234));
  CHECK_FALSE(find_stamp("{}", hint));
}

TEST_CASE("an address is read from a URL") {
  CHECK(parse_endpoint("http://127.0.0.1:3004").authority() == "127.0.0.1:3004");
  CHECK(parse_endpoint("http://localhost:80/path").authority() == "127.0.0.1:80");
  for (const auto* const wrong :
       {"127.0.0.1:1", "http://127.0.0.1", "http://127.0.0.1:0", "http://host:1", "http://1.2.3.4:99999"}) {
    CHECK_THROWS(parse_endpoint(wrong));
  }
}

TEST_CASE("requests are read whole, however they are cut") {
  const std::string bytes =
      "POST /a?b=c HTTP/1.1\r\nHost: x\r\ncontent-length: 5\r\n\r\nhello"
      "GET / HTTP/1.1\r\n\r\n"
      "POST /d HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
  const std::vector<std::pair<std::string, std::string>> expected{{"/a?b=c", "hello"}, {"/", ""}, {"/d", ""}};
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    INFO("in pieces of " << piece);
    http_request_reader reader;
    std::vector<std::pair<std::string, std::string>> requests;
    for (std::string_view rest = bytes; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) {
      const auto part = rest.substr(0, piece);
      std::ranges::copy(part, reader.space().begin());
      reader.received(part.size());
      while (const auto request = reader.next()) requests.emplace_back(request->target, request->body);
    }
    CHECK(requests == expected);
  }
}

TEST_CASE("what no receiver of webhooks understands is refused") {
  for (const std::string_view bytes :
       {"POST /\r\n\r\n", "POST / HTTP/1.0\r\n\r\n", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n"}) {
    INFO(bytes);
    http_request_reader reader;
    std::ranges::copy(bytes, reader.space().begin());
    reader.received(bytes.size());
    CHECK_THROWS_AS(reader.next(), std::runtime_error);
  }
}

TEST_CASE("every event of a body is counted, whatever their sizes") {
  const std::string body =
      R"({"events":[{"seq":7,"payload":{"sentUs":"0000000000000001"}},{"seq":8,"payload":{"sentUs":"0000000000000002"}},)"
      R"({"seq":10,"payload":{"sentUs":"0000000000000003","note":"longer"}},{"seq":9,"payload":{"sentUs":"0000000000000004"}}]})";
  std::vector<std::int64_t> stamps;
  for_each_stamp(body, [&](send_stamp stamp) { stamps.push_back(stamp.count()); });
  CHECK(stamps == std::vector<std::int64_t>{1, 2, 3, 4});

  delivery_meter meter;
  meter.watch(9);
  meter.take(body);
  meter.take(R"({"seq":8})");
  CHECK(meter.events() == 4);
  CHECK(meter.repeats() == 1);
  CHECK(meter.overtaken() == 2);
  CHECK(meter.before_watched() == 3U);
  CHECK(meter.times().count() == 0);
}

}  // namespace eventmgr::bench
