#include "integration/ws_test_client.hpp"
#include "integration/ws_test_server.hpp"
#include "tools/echo_protocol.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <memory>
#include <string>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::transport;
using namespace std::chrono_literals;

namespace ws = codec::websocket;

namespace {

std::unique_ptr<ws_endpoint> echo_endpoint(ws_endpoint_options options = {}) {
  return make_ws_endpoint(testing::make_echo_factory(), std::move(options));
}

constexpr std::size_t numbered_messages = 20000;

/// Sends numbered messages as fast as they are taken.
class numbering_protocol final : public ws_protocol {
 public:
  explicit numbering_protocol(std::shared_ptr<ws_sender> sender) : sender_{std::move(sender)} {}

  void on_open() override { on_room(); }
  void on_text(std::string&) override {}
  void on_binary(std::string&) override {}
  bool ready() const override { return true; }
  void on_room() override {
    while (next_ < numbered_messages && sender_->offer("message ", std::to_string(next_), padding_)) ++next_;
  }
  std::string_view heartbeat() const override { return {}; }
  void on_close() override {}

 private:
  const std::shared_ptr<ws_sender> sender_;
  const std::string padding_ = " " + std::string(500, 'x');
  std::size_t next_{0};
};

ws_protocol_factory numbering() {
  return [](const std::shared_ptr<ws_sender>& sender, const http_request&) -> result<std::shared_ptr<ws_protocol>> {
    return std::make_shared<numbering_protocol>(sender);
  };
}

}  // namespace

TEST_CASE("messages come back, whole or in fragments, with bytes that follow the request at once", "[ws]") {
  ws_test_server server{echo_endpoint()};
  ws_test_client client{server.port()};
  client.open();

  client.send_text("Hello");
  CHECK(client.receive_text() == "Hello");

  std::string pieces;
  ws::append_client_frame(pieces, ws::opcode::text, "Hel", 1);
  pieces[0] = 0x01;
  ws::append_client_frame(pieces, ws::opcode::continuation, "lo", 2);
  client.send(pieces);
  CHECK(client.receive_text() == "Hello");

  const std::string large(1000000, 'x');
  client.send_text(large);
  CHECK(client.receive_text() == large);
}

TEST_CASE("a message sent together with the handshake is not lost", "[ws]") {
  ws_test_server server{echo_endpoint()};
  ws_test_client client{server.port()};
  std::string bytes =
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  ws::append_client_text_frame(bytes, "early", 7);
  ws::append_client_frame(bytes, ws::opcode::close, {}, 7);

  client.send(bytes);

  const std::string answer = client.receive_rest();
  CHECK(answer.starts_with("HTTP/1.1 101 "));
  CHECK(
      answer.ends_with(std::string{"\x81\x05"
                                   "early\x88\x00",
                                   9}));
}

TEST_CASE("a handshake that is refused is answered in HTTP and the connection ends", "[ws]") {
  ws_test_server server{echo_endpoint()};
  ws_test_client client{server.port()};

  client.send("GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");

  const std::string answer = client.receive_rest();
  CHECK(answer.starts_with("HTTP/1.1 426 Upgrade Required\r\n"));
  CHECK(answer.find("application/problem+json") != std::string::npos);
  CHECK(server.endpoint().sessions() == 0);
}

TEST_CASE("more sessions than allowed are refused", "[ws]") {
  ws_test_server server{echo_endpoint({.max_sessions = 1})};
  ws_test_client first{server.port()};
  first.open();
  ws_test_client second{server.port()};

  CHECK_THROWS_WITH(second.open(), Catch::Contains("HTTP/1.1 503"));
}

TEST_CASE("pings are answered with what they carried", "[ws]") {
  ws_test_server server{echo_endpoint()};
  ws_test_client client{server.port()};
  client.open();

  client.send_frame(ws::opcode::ping, "are you there");

  CHECK(client.receive() == ws::parse_event::pong);
  CHECK(client.payload() == "are you there");
}

TEST_CASE("a client's close frame is answered with its code, then the connection ends", "[ws]") {
  ws_test_server server{echo_endpoint()};
  ws_test_client client{server.port()};
  client.open();
  client.send_text("last");
  std::string frame;
  ws::append_client_frame(frame, ws::opcode::close, "\x0F\xA0", 5);  // 4000

  client.send(frame);

  CHECK(client.receive_text() == "last");
  CHECK(client.receive_close() == 4000);
  CHECK(client.receive_rest().empty());
}

TEST_CASE("a client that breaks the protocol is told how, then cut off", "[ws]") {
  ws_test_server server{echo_endpoint({.session = {.max_message_bytes = 1000}})};
  ws_test_client client{server.port()};
  client.open();

  SECTION("an unmasked frame") {
    client.send("\x81\x01x");
    CHECK(client.receive_close() == 1002);
  }
  SECTION("text that is not UTF-8") {
    client.send_text("\xFF");
    CHECK(client.receive_close() == 1007);
  }
  SECTION("a message that is too big, though its sender does not wait for the answer") {
    client.send_text(std::string(200000, 'x'));
    CHECK(client.receive_close() == 1009);
  }
  CHECK(client.receive_rest().empty());
}

TEST_CASE("draining closes every session with 1001 and admits no other", "[ws]") {
  ws_test_server server{echo_endpoint({.session = {.close_timeout = 200ms}})};
  ws_test_client polite{server.port()};
  polite.open();
  ws_test_client silent{server.port()};
  silent.open();

  server.drain();  // the silent one is cut off in time

  CHECK(polite.receive_close() == 1001);
  CHECK(silent.receive_close() == 1001);
  CHECK(server.endpoint().sessions() == 0);
  ws_test_client late{server.port()};
  CHECK_THROWS_WITH(late.open(), Catch::Contains("HTTP/1.1 503"));
}

TEST_CASE("heartbeats are sent, and a peer that answers none is closed", "[ws]") {
  ws_test_server server{echo_endpoint({.session = {.heartbeat = 20ms, .idle_timeout = 200ms, .close_timeout = 50ms}})};
  ws_test_client client{server.port()};
  client.open();

  CHECK(client.receive() == ws::parse_event::ping);
  CHECK(client.receive_close() == 1008);
}

TEST_CASE("a peer that answers pings is kept", "[ws]") {
  ws_test_server server{echo_endpoint({.session = {.heartbeat = 20ms, .idle_timeout = 1s}})};
  ws_test_client client{server.port()};
  client.open();

  const auto start = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() < start + 2s) {
    REQUIRE(client.receive() == ws::parse_event::ping);
    client.send_frame(ws::opcode::pong, {});
  }

  client.send_text("still here");
  CHECK(client.receive_text() == "still here");
}

TEST_CASE("a client that floods without reading is no longer read from, and loses nothing", "[ws]") {
  ws_test_server server{echo_endpoint()};
  ws_test_client client{server.port(), 4096};
  client.open();
  std::string pings;
  for (int i = 0; i < 1000; ++i) ws::append_client_frame(pings, ws::opcode::ping, std::string(100, 'p'), 9);
  const std::size_t ping_size = pings.size() / 1000;

  // Until the system's buffers on both sides, and the session's bound, are full.
  std::size_t sent = 0;
  for (auto idle_since = std::chrono::steady_clock::now(); std::chrono::steady_clock::now() < idle_since + 200ms;) {
    const std::size_t size = client.send_some(std::string_view{pings}.substr(sent % pings.size()));
    sent += size;
    if (size > 0) idle_since = std::chrono::steady_clock::now();
    REQUIRE(sent < (256U << 20U));
  }

  for (std::size_t i = 0; i < sent / ping_size; ++i) REQUIRE(client.receive() == ws::parse_event::pong);
}

TEST_CASE("a slow reader gets everything in order", "[ws]") {
  ws_test_server server{make_ws_endpoint(numbering(), {.session = {.outbox_bytes = 16384}})};
  ws_test_client client{server.port(), 4096};
  client.open();

  for (std::size_t i = 0; i < numbered_messages; ++i) {
    REQUIRE(client.receive_text().starts_with("message " + std::to_string(i) + " "));
  }
}

TEST_CASE("a peer that accepts nothing for too long is cut off", "[ws]") {
  ws_test_server server{
      make_ws_endpoint(numbering(), {.session = {.heartbeat = 20ms, .idle_timeout = 100ms, .stall_timeout = 300ms}})};
  ws_test_client client{server.port(), 4096};
  // Before there is a session, for it may begin to stall at once.
  const auto start = std::chrono::steady_clock::now();
  client.open();

  CHECK(testing::eventually([&] { return server.endpoint().sessions() == 0; }));
  CHECK(std::chrono::steady_clock::now() >= start + 250ms);
}

TEST_CASE("compression is agreed on and used for long messages", "[ws]") {
  ws_test_server server{echo_endpoint()};
  ws_test_client client{server.port()};
  client.open("/ws", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
  const std::string text(5000, 'x');

  client.send_text(text);
  client.send_frame(ws::opcode::close, {});

  CHECK(client.receive_text() == text);
  CHECK(client.receive_close() == 1005);
}
