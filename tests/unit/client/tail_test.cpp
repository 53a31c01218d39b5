#include "codec/websocket_frame.hpp"
#include "scripted_server.hpp"
#include "websocket_script.hpp"

#include <eventmgr/client.hpp>

#include <catch2/catch.hpp>

#include <functional>
#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::client;
using eventmgr::testing::conversation;
using eventmgr::testing::http_answer_text;
using eventmgr::testing::messages_in;
using eventmgr::testing::scripted_server;

namespace {

std::string subscribed_at(const std::string& position) {
  return R"({"type":"subscribed","id":"tail","subscriptionId":"s","position":")" + position + "\"}";
}

std::string tail_message(int seq) {
  const auto number = std::to_string(seq);
  return R"({"type":"event","subscription":"tail","position":"p)" + number + R"(","data":{"seq":)" + number + "}}";
}

class recorded_tail final : public tail_handler {
 public:
  explicit recorded_tail(std::size_t wanted) : wanted_{wanted} {}

  tail_step on_event(const tail_event& item) override {
    events.emplace_back(item.json);
    return events.size() >= wanted_ ? tail_step::stop : tail_step::go_on;
  }
  void on_disconnected(const failure& why, std::chrono::milliseconds) override {
    losses.push_back(why.code);
    if (on_loss) on_loss();
  }
  void on_idle() override { ++idle; }

  std::vector<std::string> events{};
  std::vector<errc> losses{};
  std::function<void()> on_loss{};
  int idle{0};

 private:
  std::size_t wanted_;
};

struct tail_fixture {
  explicit tail_fixture(std::vector<scripted_server::script> scripts) : server{std::move(scripts)} {
    options.url = server.url();
    options.stop = std::make_shared<interrupt>();
    tail.topics = {"#"};
    tail.first_delay = tail.longest_delay = std::chrono::milliseconds{1};
  }

  result<void> run(recorded_tail& handler) { return broker_client{options}.tail(tail, handler); }

  scripted_server server;
  client_options options{};
  tail_options tail{};
};

}  // namespace

TEST_CASE("a tail brings events until its handler has enough") {
  tail_fixture peer{{{{conversation({subscribed_at("p0"), tail_message(1), tail_message(2), tail_message(3)})}}}};
  recorded_tail handler{2};
  REQUIRE(peer.run(handler).has_value());
  CHECK(handler.events == std::vector<std::string>{R"({"seq":1})", R"({"seq":2})"});
}

TEST_CASE("a lost connection is made again and continues after the last event") {
  tail_fixture peer{{{{conversation({subscribed_at("p0"), tail_message(1)}), true}},
                     {{conversation({subscribed_at("p1"), tail_message(2)})}}}};
  recorded_tail handler{2};
  REQUIRE(peer.run(handler).has_value());
  CHECK(handler.events.size() == 2);
  CHECK(handler.losses == std::vector<errc>{errc::unreachable});
  CHECK(handler.events[1] == R"({"seq":2})");
  // Of each connection: its handshake, and what was said after it.
  REQUIRE(peer.server.wait_for_requests(4));
  const auto heard = peer.server.requests();
  CHECK(messages_in(heard[1]).at(0) == R"({"type":"subscribe","id":"tail","topic":["#"]})");
  CHECK(messages_in(heard[3]).at(0) == R"({"type":"subscribe","id":"tail","topic":["#"],"since":{"position":"p1"}})");
}

TEST_CASE("a daemon that says nothing for too long is lost") {
  tail_fixture peer{
      {{{conversation({subscribed_at("p0")})}}, {{conversation({subscribed_at("p0"), tail_message(1)})}}}};
  peer.tail.silence_limit = std::chrono::milliseconds{500};  // in which the second connection has to say something
  recorded_tail handler{1};
  REQUIRE(peer.run(handler).has_value());
  CHECK(handler.losses == std::vector<errc>{errc::unreachable});
  CHECK(handler.idle > 0);
}

TEST_CASE("a daemon that closes a tail is quoted") {
  namespace ws = codec::websocket;
  std::string spoken = conversation({subscribed_at("p0")});
  std::string silent = spoken;
  ws::append_close_frame(spoken, ws::close_code::going_away, "the daemon is shutting down");
  ws::append_frame(silent, ws::opcode::close, "");
  const auto reason = [](const std::string& said) {
    tail_fixture peer{{{{said}}}};
    peer.tail.reconnect = false;
    recorded_tail handler{1};
    const auto ended = peer.run(handler);
    REQUIRE(ended.has_error());
    CHECK(ended.error().code == errc::unreachable);
    const auto from = "cannot reach " + peer.server.url() + ": ";
    REQUIRE(ended.error().message.starts_with(from));
    return ended.error().message.substr(from.size());
  };
  CHECK(reason(spoken) == "the connection was closed with code 1001: the daemon is shutting down");
  CHECK(reason(silent) == "the connection was closed");
}

TEST_CASE("a refused handshake fails with the daemon's reason") {
  tail_fixture peer{{{{http_answer_text(403, R"({"error":{"code":"forbidden","message":"no","details":[]}})",
                                        "application/problem+json")}}}};
  recorded_tail handler{1};
  const auto ended = peer.run(handler);
  REQUIRE(ended.has_error());
  CHECK(ended.error().code == errc::forbidden);
}

TEST_CASE("nobody at the first attempt is a failure") {
  tail_fixture peer{{}};
  recorded_tail handler{1};
  const auto ended = peer.run(handler);
  REQUIRE(ended.has_error());
  CHECK(ended.error().code == errc::unreachable);
  CHECK(handler.losses.empty());
}

TEST_CASE("a refused subscription is a failure") {
  tail_fixture peer{
      {{{conversation({R"({"type":"error","error":{"code":"invalid_request","message":"m","details":[]}})"})}}}};
  recorded_tail handler{1};
  const auto ended = peer.run(handler);
  REQUIRE(ended.has_error());
  CHECK(ended.error().code == errc::invalid_request);
}

TEST_CASE("an interrupt ends a tail, also while it waits to come back") {
  tail_fixture peer{{{{conversation({subscribed_at("p0")}), true}}}};
  peer.tail.first_delay = peer.tail.longest_delay = std::chrono::hours{1};
  recorded_tail handler{1};
  handler.on_loss = [&] { peer.options.stop->raise(); };
  CHECK(peer.run(handler).has_value());
  CHECK(handler.events.empty());
}

TEST_CASE("a handler's exception ends the tail and comes out") {
  tail_fixture peer{{{{conversation({subscribed_at("p0"), tail_message(1)})}}}};
  class throwing final : public tail_handler {
    tail_step on_event(const tail_event&) override { throw std::runtime_error{"enough"}; }
  } handler;
  CHECK_THROWS_WITH((broker_client{peer.options}.tail(peer.tail, handler)), "enough");
}

TEST_CASE("a tail of nothing is refused") {
  tail_fixture peer{{}};
  peer.tail.topics.clear();
  recorded_tail handler{1};
  CHECK(peer.run(handler).error().code == errc::invalid_request);
}
