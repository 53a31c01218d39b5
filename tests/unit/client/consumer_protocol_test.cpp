#include "client/consumer_protocol.hpp"

#include "recording_link.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::client;

namespace {

using texts = std::vector<std::string>;

/// Notes what it hears and judges as it is told to; without an order it acknowledges.
class scripted_handler final : public consumer_handler {
 public:
  verdict on_event(const consumed_event& item, stream_link&) override {
    heard.push_back(std::string{item.json} + " " + std::string{item.position} + " " + std::to_string(item.attempt));
    if (verdicts.empty()) return {};
    auto next = verdicts.front();
    verdicts.pop_front();
    return next;
  }
  void before_acknowledging() override { heard.emplace_back("flush"); }
  void on_attached(bool resumed) override { heard.emplace_back(resumed ? "attached again" : "attached"); }

  std::deque<verdict> verdicts{};
  texts heard{};
};

struct consumer_protocol_fixture {
  consume_options options{.name = "worker", .topics = {"a.#"}};
  scripted_handler handler{};
  consumer_protocol protocol{options, handler};
  testing::recording_link link{};

  result<stream_protocol::step> say(std::string message) { return protocol.on_message(message, link); }
};

failure because(errc code) { return {code, "m"}; }

std::string event_message(const std::string& number) {
  return R"({"type":"event","subscription":"tail","ackId":"k)" + number + R"(","attempt":2,"position":"p)" + number +
         R"(","data":{"n":)" + number + "}}";
}

const std::string consumer_subscribed = R"({"type":"subscribed","id":"tail","subscriptionId":"s","position":"p0"})";

}  // namespace

TEST_CASE("a consumer says what it attaches to, each time alike: its place is the daemon's to know") {
  consumer_protocol_fixture consumer;
  consumer.options.start = std::chrono::milliseconds{300000};
  consumer.options.filter = R"({"tags":["x"]})";
  consumer.options.options = R"({"maxConcurrency":1})";
  const std::string expected =
      R"({"type":"subscribe","id":"tail","durable":"worker","topic":["a.#"],"since":"5m","filter":{"tags":["x"]},"options":{"maxConcurrency":1}})";
  CHECK(consumer.protocol.subscribe_message() == expected);
  REQUIRE(consumer.say(consumer_subscribed).has_value());
  REQUIRE(consumer.say(event_message("1")).has_value());
  CHECK(consumer.protocol.subscribe_message() == expected);

  consumer_protocol_fixture bare;
  bare.options.topics.clear();
  CHECK(bare.protocol.subscribe_message() == R"({"type":"subscribe","id":"tail","durable":"worker"})");
}

TEST_CASE("events are acknowledged together once there is nothing more to handle") {
  consumer_protocol_fixture consumer;
  REQUIRE(consumer.say(event_message("1")).has_value());
  REQUIRE(consumer.say(event_message("2")).has_value());
  CHECK(consumer.link.sent.empty());

  consumer.protocol.on_idle(consumer.link);
  consumer.protocol.on_idle(consumer.link);

  CHECK(consumer.link.sent == texts{R"({"type":"ack","subscription":"tail","ackIds":["k1","k2"]})"});
  CHECK(consumer.handler.heard == texts{R"({"n":1} p1 2)", R"({"n":2} p2 2)", "flush"});
}

TEST_CASE("no more acknowledgements than asked for are held back") {
  consumer_protocol_fixture consumer;
  consumer.options.acknowledge_together = 2;
  for (const std::string number : {"1", "2", "3"}) REQUIRE(consumer.say(event_message(number)).has_value());
  CHECK(consumer.link.sent == texts{R"({"type":"ack","subscription":"tail","ackIds":["k1","k2"]})"});
  CHECK(consumer.protocol.last_words() == R"({"type":"ack","subscription":"tail","ackIds":["k3"]})");
}

TEST_CASE("a message may hold many events") {
  consumer_protocol_fixture consumer;
  consumer.options.acknowledge_together = 1;
  REQUIRE(consumer
              .say(R"({"type":"events","subscription":"tail","items":[)"
                   R"({"ackId":"k1","attempt":1,"position":"p1","data":{"n":1}},)"
                   R"({"ackId":"k\u0032","attempt":3,"position":"p2","replay":true,"data":{"n":[2]}}]})")
              .has_value());
  CHECK(consumer.link.sent == texts{R"({"type":"ack","subscription":"tail","ackIds":["k1"]})",
                                    R"({"type":"ack","subscription":"tail","ackIds":["k2"]})"});
  CHECK(consumer.handler.heard == texts{R"({"n":1} p1 1)", "flush", R"({"n":[2]} p2 3)", "flush"});
}

TEST_CASE("what failed is said at once, and what is left is not mentioned") {
  consumer_protocol_fixture consumer;
  using outcome = verdict::outcome;
  consumer.handler.verdicts = {{outcome::retry, "no \"db\""}, {outcome::give_up, "bad"}, {outcome::leave}};
  for (const std::string number : {"1", "2", "3"}) REQUIRE(consumer.say(event_message(number)).has_value());
  CHECK(consumer.link.sent ==
        texts{R"({"type":"nack","subscription":"tail","ackIds":["k1"],"retry":true,"error":"no \"db\""})",
              R"({"type":"nack","subscription":"tail","ackIds":["k2"],"retry":false,"error":"bad"})"});
  CHECK(consumer.protocol.last_words().empty());
}

TEST_CASE("the handler ends a consumer, and the events after that are left") {
  consumer_protocol_fixture consumer;
  consumer.handler.verdicts = {{.then = tail_step::stop}};
  const auto step =
      consumer.say(R"({"type":"events","items":[{"ackId":"k1","data":{"n":1}},{"ackId":"k2","data":{"n":2}}]})");
  CHECK(step.value() == stream_protocol::step::stop);
  CHECK(consumer.handler.heard.size() == 1);
  CHECK(consumer.protocol.last_words() == R"({"type":"ack","subscription":"tail","ackIds":["k1"]})");
}

TEST_CASE("nothing is begun once it is to end") {
  consumer_protocol_fixture consumer;
  consumer.link.stopping = true;
  REQUIRE(consumer.say(event_message("1")).has_value());
  CHECK(consumer.handler.heard.empty());
}

TEST_CASE("an acknowledgement that could not be said is said at the end, unless the connection was lost") {
  consumer_protocol_fixture consumer;
  REQUIRE(consumer.say(consumer_subscribed).has_value());
  REQUIRE(consumer.say(event_message("1")).has_value());
  consumer.link.broken = because(errc::unreachable);
  consumer.protocol.on_idle(consumer.link);
  CHECK(consumer.protocol.last_words() == R"({"type":"ack","subscription":"tail","ackIds":["k1"]})");

  consumer.protocol.on_disconnected(because(errc::unreachable), {});
  CHECK(consumer.protocol.last_words().empty());
  CHECK_FALSE(consumer.protocol.is_subscribed());
  REQUIRE(consumer.say(consumer_subscribed).has_value());
  CHECK(consumer.handler.heard.back() == "attached again");
}

TEST_CASE("what cannot be kept is not acknowledged") {
  class full_disk final : public consumer_handler {
    verdict on_event(const consumed_event&, stream_link&) override { return {}; }
    void before_acknowledging() override { throw std::runtime_error{"no space left"}; }
  } handler;
  const consume_options options{.name = "worker"};
  consumer_protocol protocol{options, handler};
  testing::recording_link link;
  std::string message = event_message("1");
  REQUIRE(protocol.on_message(message, link).has_value());
  CHECK_THROWS_WITH(protocol.on_idle(link), "no space left");
  CHECK(link.sent.empty());
}

TEST_CASE("an event without an acknowledgement id is not of the protocol, nor is one without data") {
  consumer_protocol_fixture consumer;
  for (const std::string text : {R"({"type":"event","data":{}})", R"({"type":"event","ackId":"k"})",
                                 R"({"type":"events","items":[{"ackId":"k"}]})", R"({"type":"events","items":{}})"}) {
    CAPTURE(text);
    REQUIRE(consumer.say(text).has_error());
    CHECK(consumer.say(text).error().code == errc::internal);
  }
}

TEST_CASE("a consumer comes back for what passes, once it was attached") {
  consumer_protocol_fixture consumer;
  CHECK_FALSE(consumer.protocol.may_resume(because(errc::unreachable)));
  REQUIRE(consumer.say(consumer_subscribed).has_value());
  CHECK(consumer.protocol.may_resume(because(errc::unreachable)));
  CHECK_FALSE(consumer.protocol.may_resume(because(errc::not_found)));
  consumer.options.reconnect = false;
  CHECK_FALSE(consumer.protocol.may_resume(because(errc::unreachable)));
}
