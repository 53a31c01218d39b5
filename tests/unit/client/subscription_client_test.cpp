#include "scripted_server.hpp"

#include <eventmgr/client.hpp>

#include <catch2/catch.hpp>

#include <functional>
#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::client;
using eventmgr::testing::http_answer_text;
using eventmgr::testing::scripted_server;

namespace {

struct subscription_fixture {
  explicit subscription_fixture(const std::string& answer)
      : server{{{{answer}}}}, broker{client_options{.url = server.url()}} {}

  /// The one request, from its first line to its body.
  std::string request() const { return server.requests().at(0); }
  std::string line() const { return request().substr(0, request().find("\r\n")); }
  std::string body() const { return request().substr(request().find("\r\n\r\n") + 4); }

  scripted_server server;
  broker_client broker;
  subscription_client calls{broker.subscriptions()};
};

const std::string shown{R"({"subscriptionId":"s","name":"a"})"};
const event_id some_event = *event_id::parse("0190163d-8694-739b-aea5-966c26f8ad90");

}  // namespace

TEST_CASE("creating says whether it is new, and sends the definition as it is") {
  const std::string definition{R"({"name":"a", "topic":"#"})"};
  subscription_fixture made{http_answer_text(201, shown)};
  const auto first = made.calls.create(definition);
  REQUIRE(first.has_value());
  CHECK(first->created);
  CHECK(first->json == shown);
  CHECK(made.line() == "POST /subscriptions HTTP/1.1");
  CHECK(made.body() == definition);

  subscription_fixture changed{http_answer_text(200, shown)};
  CHECK_FALSE(changed.calls.create(definition)->created);

  subscription_fixture refused{http_answer_text(
      400, R"({"error":{"code":"invalid_request","message":"m","details":[]}})", "application/problem+json")};
  CHECK(refused.calls.create(definition).error().code == errc::invalid_request);
}

TEST_CASE("a page of subscriptions or attempts is read, its cursor passed on") {
  subscription_fixture listed{
      http_answer_text(200, R"({"subscriptions":[{"name":"a"},{"name":"b"}],"total":9,"nextCursor":"c 1"})")};
  const auto page = listed.calls.list("b/", 2);
  REQUIRE(page.has_value());
  CHECK(page->items == std::vector<std::string>{R"({"name":"a"})", R"({"name":"b"})"});
  CHECK(page->total == 9);
  CHECK(page->next_cursor == "c 1");
  CHECK(listed.line() == "GET /subscriptions?limit=2&cursor=b%2F HTTP/1.1");

  subscription_fixture tried{http_answer_text(200, R"({"attempts":[],"nextCursor":null})")};
  const auto attempts = tried.calls.attempts("a b", some_event);
  REQUIRE(attempts.has_value());
  CHECK(attempts->next_cursor.empty());
  CHECK(tried.line() ==
        "GET /subscriptions/a%20b/attempts?limit=100&event=0190163d-8694-739b-aea5-966c26f8ad90 HTTP/1.1");
}

TEST_CASE("each call on a subscription goes to its place") {
  struct row {
    std::string line;
    std::string body;
    std::function<bool(subscription_client&)> call;
  };
  const std::vector<row> rows{
      {"GET /subscriptions/a", "", [](auto& calls) { return calls.get("a").has_value(); }},
      {"PATCH /subscriptions/a", "{}", [](auto& calls) { return calls.change("a", "{}").has_value(); }},
      {"DELETE /subscriptions/a", "", [](auto& calls) { return calls.remove("a").has_value(); }},
      {"POST /subscriptions/a/pause", "", [](auto& calls) { return calls.pause("a").has_value(); }},
      {"POST /subscriptions/a/resume", R"({"mode":"drain"})",
       [](auto& calls) { return calls.resume("a", resume_mode::drain).has_value(); }},
      {"POST /subscriptions/a/resume", R"({"mode":"skip"})",
       [](auto& calls) { return calls.resume("a", resume_mode::skip).has_value(); }},
      {"POST /subscriptions/a/resume", R"({"mode":"last","n":7})",
       [](auto& calls) { return calls.resume("a", resume_mode::last, 7).has_value(); }},
      {"POST /subscriptions/a/seek", R"({"seq":1})",
       [](auto& calls) { return calls.seek("a", R"({"seq":1})").has_value(); }},
      {"POST /subscriptions/a/test", "",
       [](auto& calls) { return calls.test("a", std::chrono::seconds{1}).has_value(); }},
      {"GET /subscriptions/a/stats", "", [](auto& calls) { return calls.stats("a").has_value(); }},
  };
  for (const auto& each : rows) {
    CAPTURE(each.line);
    subscription_fixture peer{http_answer_text(200, shown)};
    CHECK(each.call(peer.calls));
    CHECK(peer.line() == each.line + " HTTP/1.1");
    CHECK(peer.body() == each.body);
  }
}

TEST_CASE("a subscription that is not there is not found, and what cannot be is not sent twice") {
  subscription_fixture peer{http_answer_text(404, R"({"error":{"code":"not_found","message":"no such subscription"}})",
                                             "application/problem+json")};
  CHECK(peer.calls.pause("a").error() == failure{errc::not_found, "no such subscription"});
  CHECK(peer.server.requests().size() == 1);
}

TEST_CASE("dead letters are asked for by everything that selects them") {
  subscription_fixture peer{http_answer_text(200, R"({"deadLetters":[{"id":"d"}],"total":1,"nextCursor":null})")};
  dead_letter_query query;
  query.subscription = "a b";
  query.topic = topic_pattern::parse("x.#").value();
  query.type = "x.y";
  query.reason = "HTTP 500";
  query.since = parse_rfc3339("2026-01-02T03:04:05Z");
  query.limit = 5;
  const auto page = peer.broker.dead_letters().query(query);
  REQUIRE(page.has_value());
  CHECK(page->items.size() == 1);
  CHECK(peer.line() ==
        "GET /dead-letters?state=open&subscription=a%20b&topic=x%2F%23&type=x.y&reason=HTTP%20500"
        "&since=2026-01-02T03%3A04%3A05.000Z&limit=5 HTTP/1.1");

  subscription_fixture any{http_answer_text(200, R"({"deadLetters":[],"total":0})")};
  REQUIRE(any.broker.dead_letters().query({.state = {}}).has_value());
  CHECK(any.line() == "GET /dead-letters?state=all&limit=100 HTTP/1.1");

  subscription_fixture failing{http_answer_text(200, R"({"deadLetters":[],"total":0})")};
  REQUIRE(failing.broker.dead_letters().query({.fingerprint = "0123456789abcdef", .oldest_first = true}).has_value());
  CHECK(failing.line() == "GET /dead-letters?state=open&fingerprint=0123456789abcdef&order=asc&limit=100 HTTP/1.1");

  subscription_fixture one{http_answer_text(200, "{}")};
  REQUIRE(one.broker.dead_letters().get(dead_letter_id{some_event.value}).has_value());
  CHECK(one.line() == "GET /dead-letters/0190163d-8694-739b-aea5-966c26f8ad90 HTTP/1.1");
}

TEST_CASE("each call that puts dead letters right, or replays, goes to its place") {
  struct row {
    std::string line;
    std::string body;
    std::function<bool(broker_client&)> call;
  };
  const dead_letter_id letter{some_event.value};
  const requeue_id plan{some_event.value};
  const replay_id replay{some_event.value};
  const requeue_request some{.which = {.subscription = "a"}, .limit = 7, .patch = R"({"x":1})", .canary = 2};
  const replay_request again{.from = offset{5}, .subscriptions = {"a"}, .speed = 1.5};
  const std::string id = "0190163d-8694-739b-aea5-966c26f8ad90";
  const std::vector<row> rows{
      {"GET /dead-letters/summary?state=open&subscription=a", "",
       [](auto& broker) { return broker.dead_letters().summary({.subscription = "a"}).has_value(); }},
      {"POST /dead-letters/" + id + "/requeue", "{}",
       [&](auto& broker) { return broker.dead_letters().requeue(letter).has_value(); }},
      {"POST /dead-letters/" + id + "/requeue", R"({"patch":{"x":1}})",
       [&](auto& broker) { return broker.dead_letters().requeue(letter, R"({"x":1})").has_value(); }},
      {"POST /dead-letters/requeue", R"({"subscription":"a","limit":7,"canary":2,"patch":{"x":1}})",
       [&](auto& broker) { return broker.dead_letters().requeue(some).has_value(); }},
      {"POST /dead-letters/requeue", R"({"subscription":"a","limit":7,"canary":2,"patch":{"x":1},"dryRun":true})",
       [&](auto& broker) { return broker.dead_letters().preview_requeue(some).has_value(); }},
      {"GET /dead-letters/requeues/" + id, "",
       [&](auto& broker) { return broker.dead_letters().get_requeue(plan).has_value(); }},
      {"DELETE /dead-letters/requeues/" + id, "",
       [&](auto& broker) { return broker.dead_letters().cancel_requeue(plan).has_value(); }},
      {"POST /dead-letters/requeues/" + id + "/resume", "",
       [&](auto& broker) { return broker.dead_letters().resume_requeue(plan).has_value(); }},
      {"DELETE /dead-letters/" + id, "",
       [&](auto& broker) { return broker.dead_letters().discard(letter).has_value(); }},
      {"POST /dead-letters/purge", R"({"subscription":"a","dryRun":true})",
       [&](auto& broker) { return broker.dead_letters().purge({.subscription = "a"}, true).has_value(); }},
      {"POST /dead-letters/purge", R"({"subscription":"a","limit":7})",
       [&](auto& broker) { return broker.dead_letters().purge({.subscription = "a"}, false, 7).has_value(); }},
      {"POST /replay", R"({"from":{"seq":5},"to":"now","subscriptions":["a"],"speed":1.5})",
       [&](auto& broker) { return broker.replays().start(again).has_value(); }},
      {"POST /replay", R"({"from":{"seq":5},"to":"now","subscriptions":["a"],"speed":1.5,"dryRun":true})",
       [&](auto& broker) { return broker.replays().preview(again).has_value(); }},
      {"GET /replay/" + id, "", [&](auto& broker) { return broker.replays().get(replay).has_value(); }},
      {"DELETE /replay/" + id, "", [&](auto& broker) { return broker.replays().cancel(replay).has_value(); }},
  };
  for (const auto& each : rows) {
    CAPTURE(each.line);
    subscription_fixture peer{http_answer_text(200, "{}")};
    CHECK(each.call(peer.broker));
    CHECK(peer.line() == each.line + " HTTP/1.1");
    CHECK(peer.body() == each.body);
  }
}

TEST_CASE("plans and replays are listed by page") {
  subscription_fixture plans{http_answer_text(200, R"({"requeues":[{"planId":"p"}],"total":3,"nextCursor":"c"})")};
  const auto page = plans.broker.dead_letters().list_requeues("b", 1);
  REQUIRE(page.has_value());
  CHECK(page->items == std::vector<std::string>{R"({"planId":"p"})"});
  CHECK(page->next_cursor == "c");
  CHECK(plans.line() == "GET /dead-letters/requeues?limit=1&cursor=b HTTP/1.1");

  subscription_fixture replays{http_answer_text(200, R"({"replays":[],"total":0,"nextCursor":null})")};
  REQUIRE(replays.broker.replays().list().has_value());
  CHECK(replays.line() == "GET /replay?limit=100 HTTP/1.1");
}

TEST_CASE("a scheduled event has no offset yet") {
  subscription_fixture peer{http_answer_text(
      200,
      R"({"success":true,"eventId":"0190163d-8694-739b-aea5-966c26f8ad90","topic":"a","seq":null,"partition":null,"scheduled":true,"duplicate":false})")};
  event_in input;
  input.type = "a";
  input.source = "s";
  input.payload = "{}";
  input.deliver_at = parse_rfc3339("2026-01-02T03:04:05Z");
  const auto receipt = peer.broker.publish(std::move(input));
  REQUIRE(receipt.has_value());
  CHECK(receipt->seq == offset{0});
  CHECK(receipt->topic.str() == "a");
  CHECK(peer.body().find(R"("deliverAt":"2026-01-02T03:04:05.000Z")") != std::string::npos);
}
