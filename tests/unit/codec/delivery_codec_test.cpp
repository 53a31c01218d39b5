#include "codec/delivery_codec.hpp"

#include "unit/codec/codec_fixture.hpp"

#include <nlohmann/json.hpp>

using namespace eventmgr;
using namespace eventmgr::codec;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

delivery_attempt failed_attempt() {
  return {.event = *event_id::parse("0190163d-8694-739b-aea5-966c26f8ad91"),
          .seq = offset{5},
          .attempt = 2,
          .at = test_now,
          .status = 500,
          .error = "HTTP 500",
          .duration = 12ms,
          .metadata = R"({"a":1})",
          .origin = attempt_origin::requeue,
          .redelivery = *parse_uuid("0190163d-8694-739b-aea5-966c26f8ad92")};
}

const char* const failed_json = R"({"eventId":"0190163d-8694-739b-aea5-966c26f8ad91","partition":0,"seq":5,"attempt":2,
  "origin":"requeue","planId":"0190163d-8694-739b-aea5-966c26f8ad92","at":"2026-01-02T02:50:45.678Z","success":false,"status":500,"error":"HTTP 500","durationMs":12,
  "metadata":{"a":1}})";

/// That reading a body fails with exactly this fault.
template <class T>
void check_fault(const result<T>& outcome, const std::string& pointer, const std::string& message) {
  const failure reason = refusal(outcome);
  CHECK(reason.code == errc::invalid_request);
  REQUIRE(reason.details.size() == 1);
  CHECK(reason.details[0].pointer == pointer);
  CHECK_THAT(reason.details[0].message, Catch::Contains(message));
}

}  // namespace

TEST_CASE("resume drains unless it is told otherwise") {
  CHECK(parse_resume("")->mode == resume_mode::drain);
  CHECK(parse_resume(" {} ")->mode == resume_mode::drain);
  CHECK(parse_resume(R"({"mode":"skip"})")->mode == resume_mode::skip);
  const auto last = parse_resume(R"({"n":20,"mode":"last"})");
  REQUIRE(last.has_value());
  CHECK(last->mode == resume_mode::last);
  CHECK(last->keep == 20);

  check_fault(parse_resume(R"({"mode":"fast"})"), "/mode", "must be drain, skip or last");
  check_fault(parse_resume(R"({"mode":"last"})"), "/n", "is required");
  check_fault(parse_resume(R"({"mode":"last","n":0})"), "/n", "from 1");
  check_fault(parse_resume(R"({"n":5})"), "/n", "only goes with the mode last");
  check_fault(parse_resume(R"({"count":5})"), "/count", "is not known");
  CHECK(refusal(parse_resume("{")).code == errc::malformed_json);
}

TEST_CASE("seek goes to a time, a position or an offset") {
  const auto target = [](std::string_view body) { return parse_seek(body, test_now).value(); };
  CHECK(target(R"({"time":"2026-01-01T00:00:00Z"})") == start_point{*parse_rfc3339("2026-01-01T00:00:00Z")});
  CHECK(target(R"({"time":"1h"})") == start_point{test_now - 1h});
  CHECK(target(R"({"time":"earliest"})") == start_point{start_earliest{}});
  CHECK(target(R"({"time":"now"})") == start_point{start_now{}});
  CHECK(target(R"({"position":"p1-a"})") == start_point{position{{offset{10}}}});
  CHECK(target(R"({"seq":7})") == start_point{offset{7}});

  check_fault(parse_seek("{}", test_now), "", "must have one of");
  check_fault(parse_seek(R"({"seq":1,"time":"now"})", test_now), "", "must have one of");
  check_fault(parse_seek(R"({"time":"p1-a"})", test_now), "/time", "must be a time");
  check_fault(parse_seek(R"({"time":{"seq":1}})", test_now), "/time", "must be a time");
  check_fault(parse_seek(R"({"position":"x"})", test_now), "/position", "must be a position");
  check_fault(parse_seek(R"({"seq":-1})", test_now), "/seq", "must be a whole number");
}

TEST_CASE("pull asks for a number of events and waits so long") {
  CHECK(parse_pull("")->max == 100);
  CHECK(parse_pull("{}")->wait == 0ms);
  const auto asked = parse_pull(R"({"max":5,"wait_ms":"30s"})");
  REQUIRE(asked.has_value());
  CHECK(asked->max == 5);
  CHECK(asked->wait == 30s);

  check_fault(parse_pull(R"({"max":1001})"), "/max", "from 1 to 1000");
  check_fault(parse_pull(R"({"waitMs":60001})"), "/waitMs", "of at most 1m");
}

TEST_CASE("acknowledgements are ids, results, or both") {
  const auto read = parse_acknowledgements(R"({"ack_ids":["a"],"results":[{"ackId":"b"},
    {"ackId":"c","success":false,"retry":false,"error":"no","metadata":{"x": 1}}]})");
  REQUIRE(read.has_value());
  REQUIRE(read->size() == 3);
  CHECK(read->at(0).ack_id == "a");
  CHECK(read->at(0).success);
  CHECK(read->at(1).success);
  CHECK(read->at(1).retry);
  CHECK(read->at(2).ack_id == "c");
  CHECK_FALSE(read->at(2).success);
  CHECK_FALSE(read->at(2).retry);
  CHECK(read->at(2).error == "no");
  CHECK(read->at(2).metadata == R"({"x":1})");

  check_fault(parse_acknowledgements("{}"), "", "must have ackIds or results");
  check_fault(parse_acknowledgements(R"({"ackIds":[]})"), "", "must have ackIds or results");
  check_fault(parse_acknowledgements(R"({"ackIds":"a"})"), "/ackIds", "must be a list");
  check_fault(parse_acknowledgements(R"({"ackIds":["a",""]})"), "/ackIds/1", "1 to 256 bytes");
  check_fault(parse_acknowledgements(R"({"results":[{"success":true}]})"), "/results/0/ackId", "is required");
  check_fault(parse_acknowledgements(R"({"results":[7]})"), "/results/0", "must be an object");
  check_fault(parse_acknowledgements(R"({"results":[{"ackId":"a","success":"yes"}]})"), "/results/0/success",
              "must be true or false");
  check_fault(parse_acknowledgements(R"({"results":[{"ackId":"a","metadata":[]}]})"), "/results/0/metadata",
              "must be an object of at most 4 KiB");
}

TEST_CASE("an attempt is shown with what came of it") {
  CHECK(json::parse(to_json(failed_attempt())) == json::parse(failed_json));

  const auto good = json::parse(to_json(delivery_attempt{.success = true}));
  CHECK(good["status"].is_null());
  CHECK(good["error"].is_null());
  CHECK_FALSE(good.contains("metadata"));

  const auto page = json::parse(to_json(attempt_page{.attempts = {failed_attempt(), {}}, .next_cursor = "c"}));
  CHECK(page["attempts"].size() == 2);
  CHECK(page["nextCursor"] == "c");
}

TEST_CASE("a dead letter is shown with its event and every attempt") {
  dead_letter letter;
  letter.id = *dead_letter_id::parse("0190163d-8694-739b-aea5-966c26f8ad01");
  letter.subscription = *subscription_id::parse("0190163d-8694-739b-aea5-966c26f8ad02");
  letter.subscription_name = "aas";
  letter.record = decoded(R"({"id":"0190163d-8694-739b-aea5-966c26f8ad91","type":"a.b","source":"s","payload":{}})");
  letter.reason = "HTTP 500";
  letter.retry_count = 3;
  letter.attempts = {failed_attempt()};
  letter.failed_at = test_now;

  const auto shown = json::parse(to_json(letter));
  CHECK(shown["id"] == "0190163d-8694-739b-aea5-966c26f8ad01");
  CHECK(shown["originalEventId"] == "0190163d-8694-739b-aea5-966c26f8ad91");
  CHECK(shown["subscriptionId"] == "0190163d-8694-739b-aea5-966c26f8ad02");
  CHECK(shown["subscriptionName"] == "aas");
  CHECK(shown["event"] == json::parse(to_json(letter.record)));
  CHECK(shown["failureReason"] == "HTTP 500");
  CHECK(shown["retryCount"] == 3);
  CHECK(shown["attempts"][0] == json::parse(failed_json));
  CHECK(shown["failedAt"] == "2026-01-02T02:50:45.678Z");
  CHECK(shown["state"] == "open");

  const auto page = json::parse(to_json(dead_letter_page{.dead_letters = {letter}, .total = 1, .next_cursor = {}}));
  CHECK(page["deadLetters"][0] == shown);
  CHECK(page["total"] == 1);
  CHECK(page["nextCursor"].is_null());
}

TEST_CASE("a pulled event comes with what acknowledges it") {
  const auto text = std::make_shared<const std::string>(R"({"id":"x"})");
  std::string out;
  append_pulled_event(out, "k1", {.json = text, .attempt = 2});
  CHECK(out == R"({"ackId":"k1","attempt":2,"event":{"id":"x"}})");
  out.clear();
  append_pulled_event(out, "k1", {.json = text, .replay = true});
  CHECK(out == R"({"ackId":"k1","attempt":1,"replay":true,"event":{"id":"x"}})");
}
