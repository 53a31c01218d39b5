#include "codec/websocket_handshake.hpp"
#include "integration/outbound_fixture.hpp"
#include "support/reserved_port.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::delivery;
using namespace eventmgr::test;
using namespace std::chrono_literals;

using nlohmann::json;
using verdict = delivery_result::verdict;

TEST_CASE("an event goes out with its ack id and succeeds once it is acknowledged", "[outbound]") {
  outbound_receiver receiver;
  subscription_definition definition = definition_of(receiver.url());
  definition.options.headers = {{"authorization", "Bearer x"}};
  outbound sender{definition};
  REQUIRE(sender.connect());
  CHECK(sender.trouble().empty());

  sender.send({event_of(7, R"({"cost":1.50})")});
  const json message = receiver.next();
  receiver.acknowledge(message);

  CHECK(receiver.target() == "/in?x=1");
  CHECK(receiver.header("authorization") == "Bearer x");
  CHECK(receiver.header("x-eventmgr-subscription") == "0194295e-1b2c-7000-8000-00000000000a");
  CHECK_FALSE(receiver.header("sec-websocket-extensions"));
  CHECK(message["type"] == "event");
  CHECK(message["subscription"] == "audit");
  CHECK(message["attempt"] == 1);
  CHECK_FALSE(message.contains("replay"));
  CHECK(message["data"]["seq"] == 7);
  const auto results = sender.observer.take(1);
  REQUIRE(results.size() == 1);
  CHECK(results[0].tag == 7);
  CHECK(results[0].outcome == verdict::success);
}

TEST_CASE("a batch is one message, whose events are acknowledged apart", "[outbound]") {
  outbound_receiver receiver;
  subscription_definition definition = definition_of(receiver.url());
  definition.options.batch_size = 10;
  outbound sender{definition};
  REQUIRE(sender.connect());

  sender.send({event_of(1), event_of(2), event_of(3)});
  const json message = receiver.next();
  REQUIRE(message["type"] == "events");
  const auto ids = ack_ids(message);
  REQUIRE(ids.size() == 3);
  receiver.say({{"type", "ack"}, {"ackIds", {ids[0]}}});
  receiver.say({{"type", "nack"}, {"ackIds", {ids[1]}}, {"error", "busy"}});
  receiver.say({{"type", "nack"}, {"ackIds", {ids[2]}}, {"retry", false}, {"error", "no such account"}});

  const auto results = sender.observer.take(3);
  REQUIRE(results.size() == 3);
  CHECK(results[0].outcome == verdict::success);
  CHECK(results[1].outcome == verdict::retry);
  CHECK(results[1].error == "busy");
  CHECK(results[2].outcome == verdict::reject);
  CHECK(results[2].error == "no such account");
}

TEST_CASE("compression is used where both ends want it", "[outbound]") {
  outbound_receiver receiver;
  subscription_definition definition = definition_of(receiver.url());
  definition.options.compression = true;
  outbound sender{definition};
  REQUIRE(sender.connect());
  const std::string payload = R"({"text":")" + std::string(5000, 'x') + R"("})";

  sender.send({event_of(1, payload)});
  const json message = receiver.next();
  receiver.acknowledge(message);

  CHECK(receiver.header("sec-websocket-extensions"));
  CHECK(message["data"]["payload"]["text"] == std::string(5000, 'x'));
  CHECK(sender.observer.take(1).size() == 1);
}

TEST_CASE("an event comes in the format that was asked for", "[outbound]") {
  outbound_receiver receiver;
  subscription_definition definition = definition_of(receiver.url());
  definition.options.format = delivery_format::cloudevents;
  outbound sender{definition};
  REQUIRE(sender.connect());

  sender.send({event_of(1)});

  const json message = receiver.next();
  CHECK(message["data"]["specversion"] == "1.0");
  CHECK(message["data"]["type"] == "a.b");
}

TEST_CASE("an event that is not acknowledged in time has failed, and its late acknowledgement is nothing",
          "[outbound]") {
  outbound_receiver receiver;
  subscription_definition definition = definition_of(receiver.url());
  definition.options.ack_timeout = 3s;  // in which the second event has to be acknowledged
  outbound sender{definition};
  REQUIRE(sender.connect());

  sender.send({event_of(1)});
  const auto results = sender.observer.take(1);
  receiver.acknowledge(receiver.next());
  sender.send({event_of(2)});
  receiver.acknowledge(receiver.next());

  REQUIRE(results.size() == 1);
  CHECK(results[0].outcome == verdict::retry);
  CHECK(results[0].endpoint_failed);
  CHECK(results[0].error == "timed out after 3 s");
  const auto later = sender.observer.take(1);
  REQUIRE(later.size() == 1);
  CHECK(later[0].tag == 2);
  CHECK(later[0].outcome == verdict::success);
}

TEST_CASE("a connection that ends gives its events back, and is made again", "[outbound]") {
  outbound_receiver receiver;
  outbound sender{definition_of(receiver.url())};
  REQUIRE(sender.connect());
  sender.send({event_of(1)});
  sender.send({event_of(2)});
  const json lost = receiver.next();

  receiver.close();
  const auto results = sender.observer.take(2);
  REQUIRE(receiver.wait_connections(2));
  REQUIRE(sender.connect());
  receiver.acknowledge(lost);
  sender.send({event_of(3)});

  REQUIRE(results.size() == 2);
  for (const delivery_result& told : results) CHECK(told.outcome == verdict::release);
  json message = receiver.next();
  while (message["data"]["seq"] != 3) message = receiver.next();
  receiver.acknowledge(message);
  const auto later = sender.observer.take(1);
  REQUIRE(later.size() == 1);
  CHECK(later[0].tag == 3);
}

TEST_CASE("while nobody answers nothing is taken, and the reason is told", "[outbound]") {
  const testing::reserved_port port;
  outbound sender{definition_of(url_of(port.number()))};
  const std::string origin = "ws://127.0.0.1:" + std::to_string(port.number());
  REQUIRE(sender.observer.wait([&] { return sender.trouble().starts_with("no connection to " + origin + ": "); }));
  CHECK(sender.capacity() == 0);
  sender.send({event_of(1)});

  const auto results = sender.observer.take(1);
  outbound_receiver receiver{port.number()};

  REQUIRE(results.size() == 1);
  CHECK(results[0].outcome == verdict::release);
  CHECK(sender.connect());
}

TEST_CASE("the fallback takes over after a failed dial, until there is a connection", "[outbound]") {
  const testing::reserved_port port;
  std::atomic<std::size_t> taken{0};
  outbound sender{definition_of(url_of(port.number())),
                  [&](channel_observer&) { return std::make_unique<fake_fallback>(taken); }};
  REQUIRE(sender.connect());
  CHECK(sender.capacity() == 3);
  CHECK(sender.trouble().empty());
  CHECK(sender.origin() == "http://fallback:80");

  sender.send({event_of(1)});
  outbound_receiver receiver{port.number()};
  REQUIRE(sender.observer.wait([&] { return sender.capacity() > 3; }));
  CHECK(sender.origin() == "ws://127.0.0.1:" + std::to_string(port.number()));
  sender.send({event_of(2)});

  CHECK(taken == 1);
  CHECK(receiver.next()["data"]["seq"] == 2);
}

TEST_CASE("a handshake that is refused is no connection", "[outbound]") {
  mute_server server{[](std::string_view) { return std::string{"HTTP/1.1 404 Not Found\r\n\r\n"}; }};
  outbound sender{definition_of(server.url())};

  CHECK(sender.observer.wait([&] { return sender.trouble().ends_with(": HTTP 404"); }));
  CHECK(sender.capacity() == 0);
}

TEST_CASE("a peer that never answers the handshake is given up", "[outbound]") {
  mute_server server{[](std::string_view) { return std::string{"HTTP/1.1 1"}; }};
  link_limits limits = quick;
  limits.connect_timeout = 100ms;
  outbound sender{definition_of(server.url()), {}, limits};

  CHECK(sender.observer.wait([&] { return sender.trouble().ends_with("no answer to the handshake in time"); }));
}

TEST_CASE("a peer that answers no pings is taken for dead, and its events are given back", "[outbound]") {
  mute_server server{[](std::string_view key) {
    return "HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
           codec::websocket::accept_key(key) + "\r\n\r\n";
  }};
  link_limits limits = quick;
  limits.idle_timeout = 400ms;
  outbound sender{definition_of(server.url()), {}, limits};
  REQUIRE(sender.connect());

  sender.send({event_of(1)});
  const auto results = sender.observer.take(1);

  REQUIRE(results.size() == 1);
  CHECK(results[0].outcome == verdict::release);
  CHECK(sender.observer.wait([&] { return server.connections() >= 2; }));
}

TEST_CASE("what a peer says wrong is answered, and the connection goes on", "[outbound]") {
  outbound_receiver receiver;
  outbound sender{definition_of(receiver.url())};
  REQUIRE(sender.connect());

  receiver.say_text("{");
  CHECK(receiver.next()["error"]["code"] == "malformed_json");
  receiver.say({{"type", "dance"}});
  CHECK(receiver.next()["error"]["code"] == "invalid_request");
  receiver.say({{"type", "ack"}, {"subscription", "other"}, {"ackIds", json::array()}});
  CHECK(receiver.next()["error"]["code"] == "not_found");
  sender.send({event_of(1)});
  receiver.acknowledge(receiver.next());

  CHECK(sender.observer.take(1).size() == 1);
}

TEST_CASE("a peer that breaks the protocol loses its connection, and gets another", "[outbound]") {
  outbound_receiver receiver;
  outbound sender{definition_of(receiver.url())};
  REQUIRE(sender.connect());
  sender.send({event_of(1)});
  receiver.next();

  receiver.say_binary();

  const auto results = sender.observer.take(1);
  REQUIRE(results.size() == 1);
  CHECK(results[0].outcome == verdict::release);
  CHECK(receiver.wait_connections(2));
}

TEST_CASE("a peer that does not read is sent no more than fits, and all of it once it reads", "[outbound]") {
  outbound_receiver receiver;
  link_limits limits = quick;
  limits.buffer_bytes = 64U << 10U;
  outbound sender{definition_of(receiver.url()), {}, limits};
  REQUIRE(sender.connect());
  receiver.hold(true);
  const std::string payload = R"({"text":")" + std::string(100000, 'x') + R"("})";

  delivery_tag sent = 0;
  const auto has_room = [&] {
    // What the system's buffers still take makes room within a moment.
    for (int i = 0; i < 25 && sender.capacity() == 0; ++i) std::this_thread::sleep_for(20ms);
    return sender.capacity() > 0;
  };
  while (sent < 1000 && has_room()) sender.send({event_of(++sent, payload)});
  REQUIRE(sent < 1000);
  receiver.hold(false);
  const bool room = sender.observer.wait([&] { return sender.capacity() > 0; });
  for (delivery_tag i = 0; i < sent; ++i) receiver.acknowledge(receiver.next());

  CHECK(room);
  CHECK(sender.observer.take(sent).size() == sent);
}

TEST_CASE("a channel that is closed settles nothing, and says good-bye", "[outbound]") {
  outbound_receiver receiver;
  outbound sender{definition_of(receiver.url())};
  REQUIRE(sender.connect());
  sender.send({event_of(1)});
  receiver.next();

  sender.close();

  CHECK(receiver.wait_closed(1));
  CHECK(sender.observer.take(0).empty());
}

TEST_CASE("ten thousand events go out and are acknowledged", "[outbound]") {
  outbound_receiver receiver;
  subscription_definition definition = definition_of(receiver.url());
  outbound sender{definition};
  REQUIRE(sender.connect());
  constexpr delivery_tag count = 10000;
  std::thread peer{[&] {
    for (delivery_tag i = 0; i < count; ++i) receiver.acknowledge(receiver.next());
  }};

  delivery_tag sent = 0;
  while (sent < count) {
    const bool room = sender.observer.wait([&] { return sender.capacity() > 0; });
    if (!room) break;
    for (std::size_t i = sender.capacity(); i > 0 && sent < count; --i) sender.send({event_of(++sent)});
  }
  peer.join();

  const auto results = sender.observer.take(count);
  REQUIRE(results.size() == count);
  for (const delivery_result& told : results) REQUIRE(told.outcome == verdict::success);
}
