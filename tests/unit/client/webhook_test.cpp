#include "scripted_server.hpp"

#include <eventmgr/client_webhook.hpp>

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::client;
using eventmgr::testing::http_answer_text;
using eventmgr::testing::scripted_server;

namespace {

const event_id sent_event = *event_id::parse("0190163d-8694-739b-aea5-966c26f8ad90");
const std::string secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};

webhook_delivery delivery(std::string_view json = R"({"n":1})") { return {sent_event, json, "worker", 2}; }

struct webhook_fixture {
  explicit webhook_fixture(const std::string& answer) : server{{{{answer}}}} {
    options.url = server.url() + "/hook?key=a%20b";
    options.secret = secret;
  }

  webhook_answer send() {
    auto answer = webhook_sender{options}.send(delivery());
    REQUIRE(answer.has_value());
    return *answer;
  }
  std::string header(const std::string& name) const {
    const auto request = server.requests().at(0);
    const auto at = request.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const auto begin = at + name.size() + 4;
    return request.substr(begin, request.find("\r\n", begin) - begin);
  }

  scripted_server server;
  webhook_options options{};
};

}  // namespace

TEST_CASE("a signature is that of the Standard Webhooks specification's example") {
  const auto signature = sign_webhook(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})");
  REQUIRE(signature.has_value());
  CHECK(*signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  const auto bare =
      sign_webhook(secret.substr(6), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})");
  CHECK(bare.value() == *signature);
}

TEST_CASE("a secret that is none is refused") {
  for (const std::string wrong : {"", "whsec_", "whsec_abc", "whsec_####", "whsec_ab=c", "plain text"}) {
    CAPTURE(wrong);
    CHECK(sign_webhook(wrong, "id", 1, "{}").error().code == errc::invalid_request);
  }
  CHECK(sign_webhook("whsec_" + std::string(4000, 'A'), "id", 1, "{}").has_error());
}

TEST_CASE("a new secret is random and can sign") {
  const std::set<std::string> some{make_webhook_secret(), make_webhook_secret(), make_webhook_secret()};
  CHECK(some.size() == 3);
  for (const auto& each : some) {
    CHECK(each.size() == 6 + 32);
    CHECK(sign_webhook(each, "id", 1, "{}").has_value());
  }
}

TEST_CASE("a delivery looks like one of the daemon's") {
  webhook_fixture peer{http_answer_text(204, "")};
  peer.options.headers = {{"X-Team", "blue"}};
  const auto answer = peer.send();
  CHECK(answer.success);
  CHECK(answer.status == 204);

  const auto request = peer.server.requests().at(0);
  CHECK(request.starts_with("POST /hook?key=a%20b HTTP/1.1\r\n"));
  CHECK(request.ends_with("\r\n\r\n{\"n\":1}"));
  CHECK(peer.header("Content-Type") == "application/json");
  CHECK(peer.header("X-Team") == "blue");
  CHECK(peer.header("webhook-id") == "0190163d-8694-739b-aea5-966c26f8ad90");
  CHECK(peer.header("x-eventmgr-subscription") == "worker");
  CHECK(peer.header("x-eventmgr-attempt") == "2");
  CHECK(peer.header("traceparent").size() == 55);
  const auto timestamp = std::stoll(peer.header("webhook-timestamp"));
  CHECK(peer.header("webhook-signature") ==
        sign_webhook(secret, peer.header("webhook-id"), timestamp, R"({"n":1})").value());
}

TEST_CASE("without a secret nothing is signed") {
  webhook_fixture peer{http_answer_text(200, "ok", "text/plain")};
  peer.options.secret.clear();
  CHECK(peer.send().success);
  CHECK(peer.header("webhook-signature").empty());
}

TEST_CASE("an answer says whether the event was handled") {
  struct row {
    int status;
    std::string body;
    bool success;
    bool retry;
    std::string error;
  };
  const std::vector<row> rows{
      {200, "", true, true, ""},
      {202, R"({"success":true})", true, true, ""},
      {200, R"({"success":false,"error":"no","retry":false})", false, false, "no"},
      {200, R"({"success":false})", false, true, "the handler's result was no success"},
      {200, "[[[", true, true, ""},
      {500, R"({"success":true})", false, true, "HTTP 500"},
      {301, "", false, true, "HTTP 301"},
  };
  for (const auto& each : rows) {
    CAPTURE(each.status, each.body);
    webhook_fixture peer{http_answer_text(each.status, each.body)};
    const auto answer = peer.send();
    CHECK(answer.success == each.success);
    CHECK(answer.retry == each.retry);
    CHECK(answer.error == each.error);
    CHECK(answer.body == each.body);
  }
}

TEST_CASE("a receiver that does not answer, or without end, is unreachable") {
  webhook_fixture silent{""};
  silent.options.answer_timeout = std::chrono::milliseconds{30};
  CHECK(webhook_sender{silent.options}.send(delivery()).error().code == errc::unreachable);
  webhook_fixture endless{http_answer_text(200, std::string(100'000, 'x'))};
  CHECK(webhook_sender{endless.options}.send(delivery()).error().code == errc::unreachable);
}

TEST_CASE("a sender is not made of what cannot be sent") {
  const auto refused = [](webhook_options options) {
    try {
      webhook_sender{std::move(options)};
      return false;
    } catch (const error& fault) {
      return fault.reason().code == errc::invalid_request;
    }
  };
  CHECK(refused({.url = "localhost:80"}));
  CHECK(refused({.url = "ftp://localhost/"}));
  CHECK(refused({.url = "http://localhost/", .secret = "x"}));
  CHECK(refused({.url = "http://localhost/", .headers = {{"a b", "c"}}}));
  CHECK(refused({.url = "http://localhost/", .headers = {{"a", "b\r\nc: d"}}}));
}
