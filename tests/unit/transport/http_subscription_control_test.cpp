#include "http_fake_face.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <variant>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::transport;
using nlohmann::json;
using namespace std::chrono_literals;

TEST_CASE("pausing answers with the paused subscription") {
  face_fixture fixture;
  fixture.add("s");
  for (const std::string_view body : {"", "{}", " { }\n"}) {
    const outcome paused = fixture.send("POST", "/subscriptions/s/pause", std::string{body});
    CHECK(paused.answer->status == 200);
    CHECK(body_of(paused)["status"] == "paused");
  }
  CHECK(fixture.send("POST", "/subscriptions/s/pause", R"({"for":"5m"})").answer->status == 400);
  CHECK(fixture.send("POST", "/subscriptions/s/pause", std::string(1'000'000, ' ')).answer->status == 400);
  CHECK(fixture.send("POST", "/subscriptions/other/pause").answer->status == 404);
}

TEST_CASE("resuming delivers what has gathered, unless told otherwise") {
  using mode = resume_request::mode;
  const std::vector<std::pair<std::string, std::pair<mode, std::uint64_t>>> table{
      {"", {mode::drain, 0}},
      {"{}", {mode::drain, 0}},
      {R"({"mode":"drain"})", {mode::drain, 0}},
      {R"({"mode":"skip"})", {mode::skip, 0}},
      {R"({"mode":"last","n":25})", {mode::last, 25}},
  };
  for (const auto& [body, expected] : table) {
    INFO(body);
    face_fixture fixture;
    fixture.add("s").status = subscription_status::paused;
    const outcome resumed = fixture.send("POST", "/subscriptions/s/resume", body);
    CHECK(resumed.answer->status == 200);
    CHECK(body_of(resumed)["status"] == "active");
    REQUIRE(fixture.face.resumed);
    CHECK(fixture.face.resumed->how == expected.first);
    CHECK(fixture.face.resumed->keep == expected.second);
  }
}

TEST_CASE("a resumption that makes no sense is refused") {
  face_fixture fixture;
  fixture.add("s");
  for (const std::string_view body :
       {R"({"mode":"rewind"})", R"({"mode":5})", R"({"mode":"last"})", R"({"mode":"last","n":0})",
        R"({"mode":"last","n":-1})", R"({"mode":"last","n":"2"})", R"({"mode":"skip","n":2})", R"({"speed":1})", "[]",
        "{"}) {
    INFO(body);
    CHECK(fixture.send("POST", "/subscriptions/s/resume", std::string{body}).answer->status == 400);
  }
  CHECK(fixture.send("POST", "/subscriptions/s/resume", "{}", "text/plain").answer->status == 415);
  CHECK_FALSE(fixture.face.resumed);
}

TEST_CASE("a subscription seeks to a time, an offset or a position") {
  face_fixture fixture;
  fixture.add("s");
  const time_point now = fixture.broker.now();
  const position place{{offset{12}}};
  const std::vector<std::pair<json, start_point>> table{
      {{{"time", "2026-01-01T00:00:00Z"}}, *parse_rfc3339("2026-01-01T00:00:00Z")},
      {{{"time", "5m"}}, time_point{now - 5min}},
      {{{"time", "now"}}, start_now{}},
      {{{"time", "earliest"}}, start_earliest{}},
      {{{"seq", 42}}, offset{42}},
      {{{"position", to_string(place)}}, place},
  };
  for (const auto& [body, expected] : table) {
    INFO(body);
    const outcome sought = fixture.send("POST", "/subscriptions/s/seek", body.dump());
    CHECK(sought.answer->status == 200);
    REQUIRE(fixture.face.sought);
    CHECK(*fixture.face.sought == expected);
  }
  CHECK(body_of(fixture.send("GET", "/subscriptions/s"))["generation"] == 7);
}

TEST_CASE("a place that there cannot be is refused") {
  face_fixture fixture;
  fixture.add("s");
  for (const std::string_view body :
       {R"({})", R"({"time":"yesterday"})", R"({"time":5})", R"({"seq":-1})", R"({"seq":"1"})", R"({"seq":1.5})",
        R"({"position":"nonsense"})", R"({"seq":1,"time":"now"})", R"({"to":"now"})", "[]", "{"}) {
    INFO(body);
    CHECK(fixture.send("POST", "/subscriptions/s/seek", std::string{body}).answer->status == 400);
  }
  CHECK(fixture.send("POST", "/subscriptions/s/seek").answer->status == 415);
  CHECK_FALSE(fixture.face.sought);
}

TEST_CASE("a test answers with the attempt, also if it failed") {
  face_fixture fixture;
  fixture.add("s");
  fixture.face.attempt = {.attempt = 1, .success = false, .status = 500, .error = "HTTP 500", .duration = 12ms};

  const outcome tested = fixture.send("POST", "/subscriptions/s/test");

  CHECK(tested.answer->status == 200);
  const json body = body_of(tested);
  CHECK(body["success"] == false);
  CHECK(body["status"] == 500);
  CHECK(body["error"] == "HTTP 500");
  CHECK(body["durationMs"] == 12);
  fixture.face.refusal = failure{.code = errc::conflict, .message = "no consumer is attached"};
  CHECK(fixture.send("POST", "/subscriptions/s/test").answer->status == 409);
}

TEST_CASE("stats tell the lag of each lane and why nothing is delivered") {
  face_fixture fixture;
  fixture.add("s");
  fixture.face.figures.lag = {1, 2, 3, 4};
  fixture.face.figures.idle_reason = "paused";
  fixture.face.figures.breaker = breaker_state::half_open;

  const json body = body_of(fixture.send("GET", "/subscriptions/s/stats"));

  CHECK(body["lag"] == json{{"CRITICAL", 1}, {"HIGH", 2}, {"NORMAL", 3}, {"LOW", 4}});
  CHECK(body["totalLag"] == 10);
  CHECK(body["idleReason"] == "paused");
  CHECK(body["breaker"]["state"] == "half-open");
  CHECK(fixture.send("GET", "/subscriptions/other/stats").answer->status == 404);
}

TEST_CASE("attempts are listed, of one event if asked") {
  face_fixture fixture;
  fixture.add("s");

  const json page = body_of(fixture.send("GET", "/subscriptions/s/attempts?event=" + id + "&limit=5&cursor=c"));

  CHECK(page["attempts"].size() == 1);
  CHECK(page["nextCursor"].is_null());
  REQUIRE(fixture.face.attempts_asked);
  CHECK(fixture.face.attempts_asked->event == event_id::parse(id));
  CHECK(fixture.face.attempts_asked->limit == 5);
  CHECK(fixture.face.attempts_asked->cursor == "c");

  fixture.send("GET", "/subscriptions/s/attempts");
  CHECK_FALSE(fixture.face.attempts_asked->event);
  CHECK(fixture.face.attempts_asked->limit == 100);
  for (const std::string_view query : {"event=x", "limit=0", "limit=1001", "since=5m"}) {
    INFO(query);
    CHECK(fixture.send("GET", "/subscriptions/s/attempts?" + std::string{query}).answer->status == 400);
  }
}
