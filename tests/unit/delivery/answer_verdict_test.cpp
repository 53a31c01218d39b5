#include "delivery/webhook/answer_verdict.hpp"

#include "unit/delivery/outgoing_events.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::delivery;
using namespace std::chrono_literals;
using test::outgoing_events;
using test::outgoing_id;
using verdict = delivery_result::verdict;

namespace {

const attempt_time when{*parse_rfc3339("2026-01-02T00:00:00Z"), 250ms};

}  // namespace

TEST_CASE("a status decides what becomes of an event") {
  struct row {
    int status;
    verdict outcome;
    bool endpoint_failed;
    std::string error;
  };
  const std::vector<row> table{
      {200, verdict::success, false, ""},
      {202, verdict::success, false, ""},
      {204, verdict::success, false, ""},
      {299, verdict::success, false, ""},
      {301, verdict::retry, false, "HTTP 301: redirects are not followed"},
      {308, verdict::retry, false, "HTTP 308: redirects are not followed"},
      {400, verdict::retry, false, "HTTP 400"},
      {404, verdict::retry, false, "HTTP 404"},
      {410, verdict::gone, false, "HTTP 410"},
      {429, verdict::retry, false, "HTTP 429"},
      {500, verdict::retry, true, "HTTP 500"},
      {503, verdict::retry, true, "HTTP 503"},
      {999, verdict::retry, true, "HTTP 999"},
  };
  const auto events = outgoing_events(2);
  for (const auto& [status, outcome, endpoint_failed, error] : table) {
    CAPTURE(status);
    const auto results = judge_answer({status, R"({"success":false,"retry":false})", ""}, events, when);
    if (status >= 200 && status < 300) continue;  // there the body counts: below
    REQUIRE(results.size() == 2);
    for (std::size_t i = 0; i < results.size(); ++i) {
      CHECK(results[i].tag == events[i].tag);
      CHECK(results[i].outcome == outcome);
      CHECK(results[i].endpoint_failed == endpoint_failed);
      CHECK(results[i].status == status);
      CHECK(results[i].error == error);
      CHECK(results[i].at == when.at);
      CHECK(results[i].duration == 250ms);
    }
  }
  for (const auto& [status, outcome, endpoint_failed, error] : table) {
    if (status >= 300) continue;
    CAPTURE(status);
    const auto results = judge_answer({status, "ok", "60"}, events, when);
    CHECK(results[1].outcome == verdict::success);
    CHECK(results[1].status == status);
    CHECK(results[1].retry_after == 0ms);
  }
}

TEST_CASE("a handler result overrules a 2xx, event by event") {
  const auto events = outgoing_events(3);
  const std::string body = R"( {"success":false,"error":"busy","results":[{"eventId":")" + outgoing_id(2) +
                           R"(","success":false,"retry":false,"error":"never","metadata":{"k":1}},{"eventId":")" +
                           outgoing_id(3) + R"(","success":true}]})";

  const auto results = judge_answer({200, body, ""}, events, when);

  REQUIRE(results.size() == 3);
  CHECK(results[0].outcome == verdict::retry);
  CHECK(results[0].error == "busy");
  CHECK(results[1].outcome == verdict::reject);
  CHECK(results[1].error == "never");
  CHECK(results[1].metadata == R"({"k":1})");
  CHECK(results[2].outcome == verdict::success);
  for (const auto& each : results) {
    CHECK_FALSE(each.endpoint_failed);
    CHECK(each.status == 200);
  }
}

TEST_CASE("a failure that a handler reports without words has some") {
  const auto results = judge_answer({200, R"({"success":false})", ""}, outgoing_events(1), when);

  CHECK(results[0].outcome == verdict::retry);
  CHECK(results[0].error == "the handler reported a failure");
}

TEST_CASE("a body that is no handler result leaves a 2xx as it is") {
  for (const std::string_view body :
       {"", " ", "ok", "[{\"success\":false}]", "{", "{\"success\":fal", "{}", "null", "{\"a\":1}"}) {
    CAPTURE(body);
    CHECK(judge_answer({200, body, ""}, outgoing_events(1), when)[0].outcome == verdict::success);
  }
}

TEST_CASE("Retry-After counts on 429 and 503 only, to an hour") {
  struct row {
    int status;
    std::string value;
    std::chrono::milliseconds expected;
  };
  const std::vector<row> table{
      {429, "7", 7s},
      {503, "7", 7s},
      {500, "7", 0ms},
      {404, "7", 0ms},
      {302, "7", 0ms},
      {429, "", 0ms},
      {429, "0", 0ms},
      {429, "-7", 0ms},
      {429, "7.5", 0ms},
      {429, "soon", 0ms},
      {429, "3600", 1h},
      {429, "3601", 1h},
      {429, "99999999999999999999999", 1h},
      {429, "Fri, 02 Jan 2026 00:00:10 GMT", 9750ms},  // of the answer, 250 ms after the attempt began
      {429, "Thu, 01 Jan 2026 00:00:00 GMT", 0ms},
      {503, "Sat, 03 Jan 2026 00:00:00 GMT", 1h},
  };
  for (const auto& [status, value, expected] : table) {
    CAPTURE(status, value);
    CHECK(judge_answer({status, "", value}, outgoing_events(1), when)[0].retry_after == expected);
  }
}

TEST_CASE("a delivery without an answer is the endpoint's failure, for each of its events") {
  const auto results = judge_failure("timed out after 30 s", outgoing_events(2), when);

  REQUIRE(results.size() == 2);
  CHECK(results[1].tag == 2);
  CHECK(results[1].outcome == verdict::retry);
  CHECK(results[1].endpoint_failed);
  CHECK(results[1].status == 0);
  CHECK(results[1].error == "timed out after 30 s");
}

TEST_CASE("the error of a refused delivery has the receiver's words") {
  const auto events = outgoing_events(1);
  CHECK(judge_answer({422, R"({"error":"no such warehouse"})", ""}, events, when)[0].error ==
        "HTTP 422: no such warehouse");
  CHECK(judge_answer({307, "moved", ""}, events, when)[0].error == "HTTP 307: redirects are not followed");
}
