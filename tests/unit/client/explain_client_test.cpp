#include "scripted_server.hpp"

#include <eventmgr/client.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::client;
using eventmgr::testing::http_answer_text;
using eventmgr::testing::scripted_server;
using namespace std::chrono_literals;

namespace {

struct explain_fixture {
  explicit explain_fixture(const std::string& answer)
      : server{{{{answer}}}}, broker{client_options{.url = server.url()}} {}

  std::string request() const { return server.requests().at(0); }
  std::string line() const { return request().substr(0, request().find("\r\n")); }
  std::string body() const { return request().substr(request().find("\r\n\r\n") + 4); }

  scripted_server server;
  broker_client broker;
  explain_client calls{broker.explanations()};
};

const std::string id_text{"0190163d-8694-739b-aea5-966c26f8ad90"};
const event_id explained_event = *event_id::parse(id_text);

}  // namespace

TEST_CASE("an explanation is asked for a page, or a subscription; of an event that is not published with its text") {
  explain_fixture page{http_answer_text(200, R"({"subscriptions":[]})")};
  CHECK(page.calls.explain(explained_event, {.cursor = "a b", .limit = 7}).value() == R"({"subscriptions":[]})");
  CHECK(page.line() == "GET /events/" + id_text + "/explain?limit=7&cursor=a%20b HTTP/1.1");

  explain_fixture described{http_answer_text(200, "{}")};
  const event_in input{.type = "a.b", .source = "s", .payload = "{}"};
  REQUIRE(described.calls.explain(input, {.subscription = "x/y"}).has_value());
  CHECK(described.line() == "POST /events/explain?subscription=x%2Fy&limit=100 HTTP/1.1");
  CHECK(described.body() == R"({"type":"a.b","source":"s","payload":{}})");
}

TEST_CASE("deliveries are a page, a trace and a backtest are texts") {
  explain_fixture listed{http_answer_text(200, R"({"eventId":"e","deliveries":[{"name":"a"}],"nextCursor":"a"})")};
  const auto page = listed.calls.deliveries(explained_event);
  REQUIRE(page.has_value());
  CHECK(page->items == std::vector<std::string>{R"({"name":"a"})"});
  CHECK(page->next_cursor == "a");
  CHECK(listed.line() == "GET /events/" + id_text + "/deliveries?limit=100 HTTP/1.1");

  explain_fixture traced{http_answer_text(200, R"({"events":[]})")};
  CHECK(traced.calls.trace(explained_event).value() == R"({"events":[]})");
  CHECK(traced.line() == "GET /events/" + id_text + "/trace HTTP/1.1");

  explain_fixture tried{http_answer_text(200, R"({"matched":1})")};
  CHECK(tried.calls.backtest(R"({"topic":"#"})").value() == R"({"matched":1})");
  CHECK(tried.line() == "POST /subscriptions/backtest HTTP/1.1");
  CHECK(tried.body() == R"({"topic":"#"})");

  explain_fixture missing{
      http_answer_text(404, R"({"error":{"code":"not_found","message":"no event"}})", "application/problem+json")};
  CHECK(missing.calls.trace(explained_event).error().code == errc::not_found);
}

TEST_CASE("a publisher that waits says so, and reads what each subscription did") {
  explain_fixture waited{
      http_answer_text(200, R"({"success":true,"eventId":")" + id_text +
                                R"(","topic":"a","seq":5,"partition":0,"duplicate":false,"message":"m","deliveries":[
        {"subscriptionId":"0190163d-8694-739b-aea5-966c26f8ad91","name":"s","outcome":"dead","attempts":4,"error":"HTTP 500"},
        {"subscriptionId":"0190163d-8694-739b-aea5-966c26f8ad92","name":"t","outcome":"of a later release","attempts":0}
      ],"matched":2,"delivered":1})")};

  const auto receipt = waited.broker.publish_and_wait({.type = "a", .source = "s", .payload = "{}"}, 7s);

  REQUIRE(receipt.has_value());
  CHECK(waited.request().find("\r\nPrefer: wait=7\r\n") != std::string::npos);
  CHECK(receipt->waited);
  CHECK(receipt->matched == 2);
  CHECK(receipt->delivered == 1);
  CHECK(receipt->stored.seq.value == 5);
  REQUIRE(receipt->deliveries.size() == 2);
  CHECK(receipt->deliveries[0].name == "s");
  CHECK(receipt->deliveries[0].what == delivery_report::outcome::dead);
  CHECK(receipt->deliveries[0].attempts == 4);
  CHECK(receipt->deliveries[0].error == "HTTP 500");
  CHECK(receipt->deliveries[1].what == delivery_report::outcome::pending);

  explain_fixture scheduled{
      http_answer_text(200, R"({"success":true,"eventId":")" + id_text +
                                R"(","topic":"a","seq":null,"partition":null,"scheduled":true,"duplicate":false})")};
  const auto later = scheduled.broker.publish_and_wait({.type = "a", .source = "s", .payload = "{}"}, 7s);
  REQUIRE(later.has_value());
  CHECK_FALSE(later->waited);
  CHECK(later->stored.scheduled);
}
