#include "evctl.hpp"
#include "tools/webhook_receiver.hpp"

#include <eventmgr/client_webhook.hpp>

#include <catch2/catch.hpp>

#include <chrono>

namespace testing = eventmgr::testing;
using eventmgr::testing::evctl;
using eventmgr::testing::lines_of;
using eventmgr::testing::member_of;
using eventmgr::testing::webhook_receiver;

namespace {

const std::string secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};

void publish(const evctl& program, const std::string& topic) { REQUIRE(program.run({"publish", topic}).status == 0); }

}  // namespace

TEST_CASE("events are relayed as signed webhooks, and each answer is printed") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  const webhook_receiver receiver;
  auto relay = program.start({"listen", "a.#", "--forward-to", receiver.url("/ok"), "--secret", secret, "--header",
                              "X-Team: blue", "--count", "2"});
  REQUIRE(relay.wait_for_err("subscribed at "));
  publish(program, "a/b");
  publish(program, "other");
  publish(program, "a");
  const auto ended = relay.wait();
  REQUIRE(ended);
  CHECK(ended->status == 0);
  CHECK(ended->err.find("whsec_") == std::string::npos);

  const auto lines = lines_of(ended->out);
  REQUIRE(lines.size() == 2);
  CHECK(member_of(lines[0], "topic") == "a/b");
  CHECK(member_of(lines[0], "status") == "200");
  CHECK(member_of(lines[0], "success") == "true");

  const auto requests = receiver.requests("/ok");
  REQUIRE(requests.size() == 2);
  const auto& request = requests.front();
  CHECK(request.header("webhook-id") == member_of(lines[0], "eventId"));
  CHECK(request.header("X-Team") == "blue");
  CHECK(request.header("webhook-signature") ==
        eventmgr::client::sign_webhook(secret, request.header("webhook-id"),
                                       std::stoll(request.header("webhook-timestamp")), request.body)
            .value());
  CHECK(member_of(request.body, "topic") == "a/b");
}

TEST_CASE("a receiver's refusal or absence is printed, and the relay goes on") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  const webhook_receiver receiver;
  publish(program, "a");
  const auto answer = [&](const std::string& url, const std::string& format, const std::string& timeout = "1m") {
    return program.run(
        {"listen", "--forward-to", url, "--since", "1h", "--count", "1", "-o", format, "--timeout", timeout});
  };
  const auto refused = answer(receiver.url("/status/500"), "ndjson");
  CHECK(refused.status == 0);
  CHECK(refused.err.find("signing with whsec_") != std::string::npos);
  CHECK(member_of(refused.out, "status") == "500");
  CHECK(member_of(refused.out, "success") == "false");
  CHECK(member_of(answer(receiver.url("/result/reject"), "ndjson").out, "success") == "false");
  CHECK(answer(receiver.url("/status/500"), "table").out.find(" 500 ") != std::string::npos);

  const auto absent = answer("http://127.0.0.1:1/", "ndjson");
  CHECK(absent.status == 0);
  CHECK(member_of(absent.out, "status") == "null");
  CHECK(answer(receiver.url("/hang"), "ndjson", "1s").out.find("no answer in time") != std::string::npos);
}

TEST_CASE("a relay to nowhere is refused") {
  const evctl program;
  CHECK(program.run({"listen"}).status == 2);
  CHECK(program.run({"listen", "--forward-to", "localhost"}).status == 2);
  CHECK(program.run({"listen", "--forward-to", "http://localhost/", "--secret", "x"}).status == 2);
  CHECK(program.run({"listen", "--forward-to", "http://localhost/", "--timeout", "2h"}).status == 2);
  CHECK(program.run({"listen", "--forward-to", "http://localhost/", "--header", "x"}).status == 2);
}
