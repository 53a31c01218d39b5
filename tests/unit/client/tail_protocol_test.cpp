#include "client/tail_protocol.hpp"

#include "recording_link.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::client;

namespace {

class recording_handler final : public tail_handler {
 public:
  tail_step on_event(const tail_event& item) override {
    heard.push_back("event " + std::string{item.json} + " " + std::string{item.position});
    return enough ? tail_step::stop : tail_step::go_on;
  }
  void on_subscribed(std::string_view position, bool resumed) override {
    heard.push_back((resumed ? "resumed " : "subscribed ") + std::string{position});
  }
  void on_gap(std::string_view from, std::string_view to) override {
    heard.push_back("gap " + std::string{from} + " " + std::string{to});
  }

  std::vector<std::string> heard{};
  bool enough{false};
};

struct tail_protocol_fixture {
  tail_options options{.topics = {"a"}, .start = offset{5}};
  recording_handler handler{};
  tail_protocol protocol{options, handler};
  testing::recording_link link{};

  result<tail_protocol::step> say(std::string message) { return protocol.on_message(message, link); }
};

failure because(errc code) { return {code, "m"}; }

const std::string subscribed = R"({"type":"subscribed","id":"tail","subscriptionId":"s","position":"p0"})";
const std::string event_one =
    R"({"type":"event","subscription":"tail","attempt":1,"position":"p1","data":{"seq":1,"payload":{"x":1.0}}})";

}  // namespace

TEST_CASE("a tail begins where it was told to, and resumes after the last event") {
  tail_protocol_fixture tail;
  CHECK(tail.protocol.subscribe_message() == R"({"type":"subscribe","id":"tail","topic":["a"],"since":{"seq":5}})");
  CHECK(tail.say(subscribed).value() == tail_protocol::step::go_on);
  CHECK(tail.say(event_one).value() == tail_protocol::step::go_on);

  tail.protocol.on_disconnected(because(errc::unreachable), {});

  CHECK_FALSE(tail.protocol.is_subscribed());
  CHECK(tail.protocol.subscribe_message() ==
        R"({"type":"subscribe","id":"tail","topic":["a"],"since":{"position":"p1"}})");
  CHECK(tail.say(subscribed).value() == tail_protocol::step::go_on);
  CHECK(tail.handler.heard ==
        std::vector<std::string>{"subscribed p0", R"(event {"seq":1,"payload":{"x":1.0}} p1)", "resumed p0"});
}

TEST_CASE("a tail without events resumes from where it was subscribed") {
  tail_protocol_fixture tail;
  REQUIRE(tail.say(subscribed).has_value());
  CHECK(tail.protocol.subscribe_message() ==
        R"({"type":"subscribe","id":"tail","topic":["a"],"since":{"position":"p0"}})");
}

TEST_CASE("the handler ends a tail") {
  tail_protocol_fixture tail;
  tail.handler.enough = true;
  CHECK(tail.say(event_one).value() == tail_protocol::step::stop);
}

TEST_CASE("a heartbeat is answered, and a gap is told") {
  tail_protocol_fixture tail;
  CHECK(tail.say(R"({"type":"heartbeat"})").value() == tail_protocol::step::answer);
  CHECK(tail.say(R"({"type":"gap","subscription":"tail","from":"p1","to":"p9"})").value() ==
        tail_protocol::step::go_on);
  CHECK(tail.handler.heard == std::vector<std::string>{"gap p1 p9"});
}

TEST_CASE("messages of a newer daemon are passed over") {
  tail_protocol_fixture tail;
  CHECK(tail.say(R"({"type":"hint","position":7,"data":{},"more":[{}]})").value() == tail_protocol::step::go_on);
  CHECK(tail.handler.heard.empty());
}

TEST_CASE("a refused subscription fails with the daemon's reason") {
  tail_protocol_fixture tail;
  const auto step = tail.say(
      R"({"type":"error","id":"tail","error":{"code":"invalid_request","message":"no","details":[{"pointer":"/since","message":"m"}]}})");
  REQUIRE(step.has_error());
  CHECK(step.error() == failure{errc::invalid_request, "no", {{"/since", "m"}}});
}

TEST_CASE("what is not of the protocol is a failure") {
  tail_protocol_fixture tail;
  for (const std::string text : {"", "x", "[]", "{}", R"({"type":7})", R"({"type":"event"})",
                                 R"({"type":"event","data":3})", R"({"type":"event")"}) {
    CAPTURE(text);
    REQUIRE(tail.say(text).has_error());
    CHECK(tail.say(text).error().code == errc::internal);
  }
}

TEST_CASE("a tail comes back for what passes, once it was subscribed") {
  tail_protocol_fixture tail;
  CHECK_FALSE(tail.protocol.may_resume(because(errc::unreachable)));
  REQUIRE(tail.say(subscribed).has_value());
  for (const auto code : {errc::unreachable, errc::shutting_down, errc::store_unavailable, errc::rate_limited}) {
    CHECK(tail.protocol.may_resume(because(code)));
  }
  for (const auto code : {errc::forbidden, errc::invalid_request, errc::not_found, errc::internal}) {
    CHECK_FALSE(tail.protocol.may_resume(because(code)));
  }
  tail.options.reconnect = false;
  CHECK_FALSE(tail.protocol.may_resume(because(errc::unreachable)));
}
