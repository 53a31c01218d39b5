#include "http_fake_face.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::transport;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

dead_letter make_letter() {
  dead_letter made{.id = *dead_letter_id::parse(id),
                   .subscription = make_subscription_id(1),
                   .subscription_name = "orders",
                   .reason = "HTTP 500",
                   .fingerprint = "0123456789abcdef",
                   .retry_count = 3};
  made.record.id = *event_id::parse("0190a1b2-0000-7000-8000-0000000000aa");
  made.record.type = "a.b";
  made.record.source = "s";
  made.record.topic = topic_name::parse("a/b").value();
  made.record.version = "1.0";
  made.record.payload = R"({"x":1})";
  made.record.seq = {5};
  made.attempts.push_back({.event = made.record.id, .attempt = 4, .status = 500, .error = "HTTP 500"});
  return made;
}

}  // namespace

TEST_CASE("dead letters are listed with their events and attempts, open ones by default") {
  face_fixture fixture;
  fixture.face.letters.push_back(make_letter());

  const json page = body_of(fixture.send("GET", "/dead-letters"));

  CHECK(page["total"] == 1);
  CHECK(page["nextCursor"].is_null());
  const json& letter = page["deadLetters"][0];
  CHECK(letter["id"] == id);
  CHECK(letter["originalEventId"] == "0190a1b2-0000-7000-8000-0000000000aa");
  CHECK(letter["subscriptionName"] == "orders");
  CHECK(letter["event"]["payload"] == json{{"x", 1}});
  CHECK(letter["failureReason"] == "HTTP 500");
  CHECK(letter["fingerprint"] == "0123456789abcdef");
  CHECK(letter["retryCount"] == 3);
  CHECK(letter["attempts"].size() == 1);
  CHECK(letter["state"] == "open");
  REQUIRE(fixture.face.letters_asked);
  CHECK(fixture.face.letters_asked->state == dead_letter_state::open);
  CHECK(fixture.face.letters_asked->limit == 100);
}

TEST_CASE("a duration means the same time in all pages of dead letters") {
  face_fixture fixture;
  fixture.face.next_letters = "c";
  const json page = body_of(fixture.send("GET", "/dead-letters?since=1h"));
  REQUIRE(fixture.face.letters_asked);
  const auto since = fixture.face.letters_asked->since;
  fixture.broker.time.advance(std::chrono::minutes{5});

  const std::string cursor = page["nextCursor"];
  CHECK(fixture.send("GET", "/dead-letters?since=1h&cursor=" + percent_encode(cursor)).answer->status == 200);
  CHECK(fixture.face.letters_asked->cursor == "c");
  CHECK(fixture.face.letters_asked->since == since);
}

TEST_CASE("every filter of dead letters reaches the store") {
  face_fixture fixture;
  fixture.send("GET",
               "/dead-letters?subscription=orders&topic=a.%23&type=a.b&reason=HTTP%20500&since=5m"
               "&until=2026-01-01T00:00:00Z&state=discarded&limit=1000&cursor=c&fingerprint=f&order=asc");

  REQUIRE(fixture.face.letters_asked);
  const dead_letter_query& query = *fixture.face.letters_asked;
  CHECK(query.subscription == "orders");
  REQUIRE(query.topic);
  CHECK(query.topic->str() == "a/#");
  CHECK(query.type == "a.b");
  CHECK(query.reason == "HTTP 500");
  CHECK(query.since == fixture.broker.now() - 5min);
  CHECK(query.until == parse_rfc3339("2026-01-01T00:00:00Z"));
  CHECK(query.state == dead_letter_state::discarded);
  CHECK(query.limit == 1000);
  CHECK(query.cursor == "c");
  CHECK(query.fingerprint == "f");
  CHECK(query.oldest_first);

  fixture.send("GET", "/dead-letters?state=all");
  CHECK_FALSE(fixture.face.letters_asked->state);
}

TEST_CASE("filters of dead letters are checked") {
  face_fixture fixture;
  for (const std::string_view query : {"topic=a..b", "since=yesterday", "until=x", "state=closed", "state=", "limit=0",
                                       "limit=1001", "type=", "order=up", "subscription=a&subscription=b",
                                       "eventId="
                                       "0190a1b2-0000-7000-8000-000000000001"}) {
    INFO(query);
    const outcome result = fixture.send("GET", "/dead-letters?" + std::string{query});
    CHECK(result.answer->status == 400);
    const std::string pointer = body_of(result)["error"]["details"][0]["pointer"];
    CHECK(pointer == "/" + std::string{query.substr(0, query.find('='))});
  }
  CHECK_FALSE(fixture.face.letters_asked);
  fixture.face.refusal = failure{.code = errc::invalid_request, .message = "the cursor is none of this query"};
  CHECK(fixture.send("GET", "/dead-letters?cursor=x").answer->status == 400);
}

TEST_CASE("a dead letter is found by its id") {
  face_fixture fixture;
  fixture.face.letters.push_back(make_letter());
  CHECK(body_of(fixture.send("GET", "/dead-letters/" + id))["id"] == id);
  CHECK(fixture.send("GET", "/dead-letters/0190a1b2-0000-7000-8000-0000000000ff").answer->status == 404);
  CHECK(fixture.send("GET", "/dead-letters/orders").answer->status == 404);
}
