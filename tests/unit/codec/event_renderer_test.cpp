#include "codec/event_renderer.hpp"

#include "codec/stored_event.hpp"
#include "unit/codec/codec_fixture.hpp"

#include <nlohmann/json.hpp>

#include <string>

using namespace eventmgr;
using namespace eventmgr::codec;

namespace {

event stored() {
  event made =
      decoded(R"({"id":"0190163d-8694-739b-aea5-966c26f8ad91","type":"project.created","source":"project \"service\"",
      "payload":{"cost":1.50,"s":"\u0000"},"metadata":{"maxRetries":5,"own":[1]},"priority":0,"timestamp":"2026-01-02T03:04:05Z",
      "correlationId":"0190163d-8694-739b-aea5-966c26f8ad92","causationId":"0190163d-8694-739b-aea5-966c26f8ad93",
      "orderingKey":"k\\"})");
  made.partition = partition_id{3};
  made.seq = offset{UINT64_MAX};
  made.received_at = test_now;
  return made;
}

}  // namespace

TEST_CASE("an event is rendered with its members in order and its defaults filled in") {
  CHECK(
      to_json(stored()) ==
      R"({"id":"0190163d-8694-739b-aea5-966c26f8ad91","type":"project.created","source":"project \"service\"",)"
      R"("topic":"project/created","version":"1.0","priority":"CRITICAL","timestamp":"2026-01-02T03:04:05.000Z",)"
      R"("payload":{"cost":1.50,"s":"\u0000"},"metadata":{"maxRetries":5,"own":[1],"tags":[],"retryCount":0},)"
      R"("correlationId":"0190163d-8694-739b-aea5-966c26f8ad92","causationId":"0190163d-8694-739b-aea5-966c26f8ad93",)"
      R"("orderingKey":"k\\","partition":3,"seq":18446744073709551615,"receivedAt":"2026-01-02T02:50:45.678Z"})");
}

TEST_CASE("what an event does not have is not rendered") {
  const auto json = nlohmann::json::parse(to_json(decoded(R"({"type":"a","source":"s","payload":{}})")));
  CHECK(json.size() == 12);
  CHECK(json["metadata"] == nlohmann::json::parse(R"({"tags":[],"retryCount":0,"maxRetries":3})"));
  for (const char* absent : {"correlationId", "causationId", "orderingKey"}) CHECK_FALSE(json.contains(absent));
}

TEST_CASE("rendering appends") {
  std::string out = "data: ";
  append_json(out, stored());
  CHECK(out == "data: " + to_json(stored()));
}

TEST_CASE("an event reads back from what it is rendered to") {
  event expected = stored();
  std::string json = to_json(expected);
  const auto outcome = parse_event_json(json);
  REQUIRE(outcome.has_value());
  expected.metadata = R"({"maxRetries":5,"own":[1],"tags":[],"retryCount":0})";
  CHECK(*outcome == expected);
  CHECK(to_json(*outcome) == json);
}

TEST_CASE("the expiry and unknown members of a later release survive reading back") {
  std::string json = to_json(stored());
  json.replace(json.rfind('}'), 1, R"(,"novelty":{"a":[1]}})");
  const std::string metadata = R"("metadata":{)";
  json.insert(json.find(metadata) + metadata.size(), R"("expiresAt":"2027-01-01T00:00:00Z",)");
  const auto outcome = parse_event_json(json);
  REQUIRE(outcome.has_value());
  CHECK(outcome->expires_at == parse_rfc3339("2027-01-01T00:00:00Z"));
}

TEST_CASE("what no daemon wrote is refused") {
  std::string text = "{";
  CHECK(refusal(parse_event_json(text)).code == errc::malformed_json);
  text = "[]";
  CHECK(refusal(parse_event_json(text)).code == errc::malformed_json);
  text = R"({"id":"x","seq":-1,"payload":[]})";
  const failure reason = refusal(parse_event_json(text));
  CHECK(reason.code == errc::invalid_event);
  for (const char* pointer : {"/id", "/type", "/payload", "/metadata", "/seq", "/partition", "/receivedAt"}) {
    INFO(pointer);
    CHECK(problems_of(reason).contains(pointer));
  }
}
