#include "codec/explain_codec.hpp"
#include "unit/codec/codec_fixture.hpp"

#include <nlohmann/json.hpp>

using namespace eventmgr;
using namespace eventmgr::codec;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const uuid plan_id = *parse_uuid("0190163d-8694-739b-aea5-966c26f8ad91");
const std::string no_id = "00000000-0000-0000-0000-000000000000";

/// The members of the only delivery's outcome.
json outcome_of(const event_delivery& delivery) {
  delivery_page page;
  page.deliveries.push_back(delivery);
  return json::parse(to_json(page))["deliveries"][0]["outcome"];
}

json entry_of(const trace_entry& entry) {
  event_trace trace;
  trace.timeline.push_back(entry);
  return json::parse(to_json(trace))["timeline"][0];
}

redelivery_note edited_requeue() {
  return {.id = plan_id,
          .asked_at = test_now,
          .single = true,
          .edited = true,
          .begun_at = test_now + 10ms,
          .ended_at = test_now + 15ms,
          .attempts = 1,
          .what = redelivery_note::outcome::delivered};
}

}  // namespace

TEST_CASE("an outcome tells of the attempt that succeeded, or why nothing is known of it") {
  event_delivery delivery{.state = delivery_fate::acknowledged, .attempts = 1};
  delivery.acknowledged_at = test_now;
  delivery.acknowledging_attempt = 1;
  delivery.acknowledging_time = 12ms;
  CHECK(outcome_of(delivery) == json::parse(R"({"state":"acknowledged","delivered":true,"attempts":1,
    "acknowledgedAt":"2026-01-02T02:50:45.678Z","acknowledgement":{"attempt":1,"durationMs":12,"logged":false}})"));

  delivery.acknowledged_at.reset();
  delivery.time_not_kept = "deliveryLog is failures";
  CHECK(outcome_of(delivery) == json::parse(R"({"state":"acknowledged","delivered":true,"attempts":1,
    "timeNotKept":"deliveryLog is failures"})"));
}

TEST_CASE("an outcome lists requeues and replays") {
  event_delivery delivery{.state = delivery_fate::dead_letter};
  delivery.redeliveries = {{.asked_at = {}, .what = redelivery_note::outcome::failed, .error = "HTTP 500"},
                           edited_requeue(),
                           {.origin = attempt_origin::replay, .id = plan_id, .asked_at = test_now}};
  CHECK(outcome_of(delivery)["redeliveries"] == json::parse(R"([
    {"kind":"requeue","askedAt":null,"single":null,"edited":null,"outcome":"failed","attempts":0,"begunAt":null,
     "endedAt":null,"error":"HTTP 500"},
    {"kind":"requeue","askedAt":"2026-01-02T02:50:45.678Z","planId":"0190163d-8694-739b-aea5-966c26f8ad91",
     "single":true,"edited":true,"outcome":"delivered","attempts":1,"begunAt":"2026-01-02T02:50:45.688Z",
     "endedAt":"2026-01-02T02:50:45.693Z"},
    {"kind":"replay","askedAt":"2026-01-02T02:50:45.678Z","replayId":"0190163d-8694-739b-aea5-966c26f8ad91",
     "outcome":"pending","attempts":0,"begunAt":null,"endedAt":null}])"));
}

TEST_CASE("the timeline says when a delivery was acknowledged, or why that is not known") {
  trace_entry entry{.what = trace_entry::kind::delivered, .at = test_now, .since_start = 20ms, .latency = 15ms};
  entry.attempt = 1;
  entry.duration = 5ms;
  json expected = json::parse(R"({"at":"2026-01-02T02:50:45.678Z","sinceStartMs":20,"kind":"delivered","latencyMs":15,
    "name":"","attempt":1,"durationMs":5})");
  expected["eventId"] = expected["subscriptionId"] = no_id;
  CHECK(entry_of(entry) == expected);

  entry.timed = false;
  entry.latency.reset();
  entry.time_not_kept = "deliveryLog is failures";
  expected = json::parse(R"({"at":null,"sinceStartMs":null,"timeNotKept":"deliveryLog is failures","kind":"delivered",
    "latencyMs":null,"name":""})");
  expected["eventId"] = expected["subscriptionId"] = no_id;
  CHECK(entry_of(entry) == expected);
}

TEST_CASE("the timeline has requeues with their plan, and attempts say which one they were made for") {
  trace_entry entry{.what = trace_entry::kind::requeue, .at = test_now, .latency = 15ms};
  entry.again = edited_requeue();
  json expected = json::parse(R"({"at":"2026-01-02T02:50:45.678Z","sinceStartMs":0,"kind":"requeue","latencyMs":15,
    "name":"","planId":"0190163d-8694-739b-aea5-966c26f8ad91","single":true,"edited":true,"outcome":"delivered",
    "attempts":1,"begunAt":"2026-01-02T02:50:45.688Z","endedAt":"2026-01-02T02:50:45.693Z"})");
  expected["eventId"] = expected["subscriptionId"] = no_id;
  CHECK(entry_of(entry) == expected);

  entry = {.what = trace_entry::kind::attempt, .at = test_now};
  entry.attempt = 2;
  entry.redelivery = plan_id;
  CHECK_FALSE(entry_of(entry).contains("planId"));
  entry.origin = attempt_origin::requeue;
  CHECK(entry_of(entry)["planId"] == to_string(plan_id));
  entry.origin = attempt_origin::replay;
  CHECK(entry_of(entry)["replayId"] == to_string(plan_id));
}
