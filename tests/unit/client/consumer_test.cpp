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
using eventmgr::testing::messages_in;
using eventmgr::testing::scripted_server;

namespace {

const std::string subscribed_text = R"({"type":"subscribed","id":"tail","subscriptionId":"s","position":"p0"})";

std::string leased_message(const std::string& number) {
  return R"({"type":"event","subscription":"tail","ackId":"k)" + number + R"(","attempt":1,"data":{"n":)" + number +
         "}}";
}

class counting_handler final : public consumer_handler {
 public:
  explicit counting_handler(int wanted) : wanted_{wanted} {}

  verdict on_event(const consumed_event& item, stream_link& link) override {
    heard.emplace_back(item.json);
    if (on_each) on_each(link);
    return {.then = static_cast<int>(heard.size()) >= wanted_ ? tail_step::stop : tail_step::go_on};
  }
  void on_disconnected(const failure& why, std::chrono::milliseconds) override { losses.push_back(why.code); }

  std::vector<std::string> heard{};
  std::vector<errc> losses{};
  std::function<void(stream_link&)> on_each{};

 private:
  int wanted_;
};

struct consumer_fixture {
  explicit consumer_fixture(std::vector<scripted_server::script> scripts) : server{std::move(scripts)} {
    options.url = server.url();
    options.stop = std::make_shared<interrupt>();
    wanted.name = "worker";
    wanted.topics = {"#"};
    wanted.first_delay = wanted.longest_delay = std::chrono::milliseconds{1};
  }

  result<void> run(counting_handler& handler) { return broker_client{options}.consume(wanted, handler); }

  /// What was said over each connection, after its handshake, in order.
  std::vector<std::string> said(std::size_t connection) {
    REQUIRE(server.wait_for_requests(connection * 2));
    return messages_in(server.requests().at(connection * 2 - 1));
  }

  scripted_server server;
  client_options options{};
  consume_options wanted{};
};

const std::string attach = R"({"type":"subscribe","id":"tail","durable":"worker","topic":["#"]})";
const std::string good_bye = "\x03\xe8";  // the status of a normal close

}  // namespace

TEST_CASE("a consumer that has enough says what it handled before it goes") {
  consumer_fixture peer{
      {{{conversation({subscribed_text, leased_message("1"), leased_message("2"), leased_message("3")})}}}};
  counting_handler handler{2};
  REQUIRE(peer.run(handler).has_value());
  CHECK(handler.heard == std::vector<std::string>{R"({"n":1})", R"({"n":2})"});
  CHECK(peer.said(1) ==
        std::vector<std::string>{attach, R"({"type":"ack","subscription":"tail","ackIds":["k1","k2"]})", good_bye});
}

TEST_CASE("a consumer comes back and is given again what it did not acknowledge") {
  consumer_fixture peer{{{{conversation({subscribed_text, leased_message("1")}), true}},
                         {{conversation({subscribed_text, leased_message("1"), leased_message("2")})}}}};
  counting_handler handler{3};
  REQUIRE(peer.run(handler).has_value());
  CHECK(handler.losses == std::vector<errc>{errc::unreachable});
  CHECK(peer.said(1).at(0) == attach);
  CHECK(peer.said(2) ==
        std::vector<std::string>{attach, R"({"type":"ack","subscription":"tail","ackIds":["k1","k2"]})", good_bye});
}

TEST_CASE("what is handled when the interrupt comes is still acknowledged, and nothing more is begun") {
  consumer_fixture peer{{{{conversation({subscribed_text, leased_message("1"), leased_message("2")})}}}};
  peer.wanted.acknowledge_together = 1;
  counting_handler handler{9};
  handler.on_each = [&](stream_link&) { peer.options.stop->raise(); };
  REQUIRE(peer.run(handler).has_value());
  CHECK(handler.heard.size() == 1);
  CHECK(peer.said(1) ==
        std::vector<std::string>{attach, R"({"type":"ack","subscription":"tail","ackIds":["k1"]})", good_bye});
}

TEST_CASE("a handler that takes its time does not flood the daemon with signs of life") {
  consumer_fixture peer{{{{conversation({subscribed_text, leased_message("1")})}}}};
  counting_handler handler{1};
  handler.on_each = [](stream_link& link) {
    for (int again = 0; again < 100; ++again) link.keep_alive();
  };
  REQUIRE(peer.run(handler).has_value());
  CHECK(peer.said(1).size() == 3);
}

TEST_CASE("a consumer that is refused fails with the daemon's reason") {
  consumer_fixture peer{
      {{{conversation({R"({"type":"error","error":{"code":"conflict","message":"other topics"}})"})}}}};
  counting_handler handler{1};
  const auto ended = peer.run(handler);
  REQUIRE(ended.has_error());
  CHECK(ended.error() == failure{errc::conflict, "other topics"});
}

TEST_CASE("a consumer whose subscription is moved attaches again") {
  consumer_fixture peer{
      {{{conversation(
             {subscribed_text, leased_message("1"),
              R"({"type":"error","id":"tail","error":{"code":"conflict","message":"it was moved: attach again"}})"}),
         true}},
       {{conversation({subscribed_text, leased_message("1"), leased_message("2")})}}}};
  counting_handler handler{3};
  REQUIRE(peer.run(handler).has_value());
  CHECK(handler.losses == std::vector<errc>{errc::conflict});
  CHECK(peer.said(2).at(0) == attach);
}

TEST_CASE("a consumer of no subscription is refused") {
  consumer_fixture peer{{}};
  peer.wanted.name.clear();
  counting_handler handler{1};
  CHECK(peer.run(handler).error().code == errc::invalid_request);
}
