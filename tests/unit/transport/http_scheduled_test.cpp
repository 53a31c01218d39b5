#include "http_fake_face.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::transport;
using nlohmann::json;

namespace {

const std::string later = R"({"type":"a.b","source":"s","payload":{},"deliverAt":"2026-06-01T00:00:00Z"})";

/// Puts what has a time on the schedule and the rest at offset 9.
void schedule(append_entry& entry) {
  if (entry.record->deliver_at) {
    entry.outcome = append_outcome::scheduled;
  } else {
    entry.outcome = append_outcome::stored;
    entry.record->seq = {9};
  }
}

}  // namespace

TEST_CASE("a scheduled event is answered without a place, which it does not have yet") {
  face_fixture fixture;
  fixture.broker.store = schedule;

  const outcome result = fixture.send("POST", "/events", later);

  CHECK(result.answer->status == 200);
  const json body = body_of(result);
  CHECK(body["success"] == true);
  CHECK(body["seq"].is_null());
  CHECK(body["partition"].is_null());
  CHECK(body["scheduled"] == true);
  CHECK(body["duplicate"] == false);
  CHECK(body["message"] == "event scheduled");
}

TEST_CASE("a repeat of an event that is still on the schedule has no place either") {
  face_fixture fixture;
  fixture.broker.store = [](append_entry& entry) {
    entry.outcome = append_outcome::duplicate;
    entry.original_topic = entry.record->topic;
  };

  const json body = body_of(fixture.send("POST", "/events", later));

  CHECK(body["seq"].is_null());
  CHECK(body["scheduled"] == true);
  CHECK(body["duplicate"] == true);
  CHECK(body["message"] == "this event was published before");
}

TEST_CASE("a batch may hold scheduled events and others") {
  face_fixture fixture;
  fixture.broker.store = schedule;
  const std::string batch = "[" + later + R"(,{"type":"a.b","source":"s","payload":{}}])";

  const json results = body_of(fixture.send("POST", "/events/batch", batch))["results"];

  REQUIRE(results.size() == 2);
  CHECK(results[0]["seq"].is_null());
  CHECK(results[0]["scheduled"] == true);
  CHECK(results[1]["seq"] == 9);
  CHECK_FALSE(results[1].contains("scheduled"));
}
