#include "codec/delivery_body.hpp"

#include "unit/codec/codec_fixture.hpp"

#include <nlohmann/json.hpp>

using namespace eventmgr;
using namespace eventmgr::codec;
using nlohmann::json;

namespace {

outgoing_event outgoing(event record) {
  auto kept = std::make_shared<const event>(std::move(record));
  return {.record = kept, .json = std::make_shared<const std::string>(to_json(*kept))};
}

event plain_event() {
  return decoded(R"({"id":"0190163d-8694-739b-aea5-966c26f8ad91","type":"project.created","source":"projects",
    "payload":{"b":1.50},"timestamp":"2026-01-02T03:04:05Z","priority":"HIGH","orderingKey":"k",
    "correlationId":"0190163d-8694-739b-aea5-966c26f8ad92",
    "metadata":{"projectId":"p\u00e9","user_id":"u","extensions":{"data":1,"type":"x","id":7,"Upper":1,"own":{},
    "subject":5,"note":"n"}}})");
}

json cloudevent_of(event record) {
  const auto body = render_delivery(delivery_format::cloudevents, body_shape::single, {{outgoing(std::move(record))}});
  CHECK(body.content_type == "application/cloudevents+json");
  return json::parse(body.text);
}

/// What a structured CloudEvent is delivered as.
json redelivered(std::string cloudevent) {
  const auto outcome = decode_cloudevent(cloudevent, test_options());
  if (!outcome) FAIL(outcome.error().message);
  return cloudevent_of(**outcome);
}

}  // namespace

TEST_CASE("the native form is the event's own JSON, byte by byte") {
  const std::vector<outgoing_event> events{outgoing(plain_event()), outgoing(plain_event())};
  const auto one = render_delivery(delivery_format::native, body_shape::single, std::span{events}.first(1));
  CHECK(one.text == *events[0].json);
  CHECK(one.content_type == "application/json");

  const auto many = render_delivery(delivery_format::native, body_shape::batch, events);
  CHECK(many.text == R"({"events":[)" + *events[0].json + ',' + *events[1].json + "]}");
  CHECK(many.content_type == "application/json");

  const auto batch_of_one = render_delivery(delivery_format::native, body_shape::batch, std::span{events}.first(1));
  CHECK(batch_of_one.text == R"({"events":[)" + *events[0].json + "]}");
}

TEST_CASE("the legacy form is the one of the current AAS") {
  const auto expected = json::parse(R"({"id":"0190163d-8694-739b-aea5-966c26f8ad91","event_type":"project.created",
    "source_service":"projects","data":{"b":1.50},"timestamp":"2026-01-02T03:04:05.000Z","user_id":"u",
    "project_id":"p\u00e9"})");
  const std::vector<outgoing_event> events{outgoing(plain_event())};
  const auto one = render_delivery(delivery_format::legacy, body_shape::single, events);
  CHECK(json::parse(one.text) == expected);
  CHECK(one.content_type == "application/json");
  const auto many = render_delivery(delivery_format::legacy, body_shape::batch, events);
  CHECK(json::parse(many.text)["events"] == json::array({expected}));

  const std::vector<outgoing_event> bare{outgoing(decoded(R"({"type":"a","source":"s","payload":{}})"))};
  const auto without = json::parse(render_delivery(delivery_format::legacy, body_shape::single, bare).text);
  CHECK_FALSE(without.contains("user_id"));
  CHECK_FALSE(without.contains("project_id"));
}

TEST_CASE("an event of our own is a CloudEvent that its metadata cannot falsify") {
  CHECK(cloudevent_of(plain_event()) == json::parse(R"({"specversion":"1.0",
    "id":"0190163d-8694-739b-aea5-966c26f8ad91","source":"projects","type":"project.created",
    "time":"2026-01-02T03:04:05.000Z","topic":"project/created","note":"n","priority":"HIGH",
    "correlationid":"0190163d-8694-739b-aea5-966c26f8ad92","partitionkey":"k","datacontenttype":"application/json",
    "data":{"b":1.50}})"));
}

TEST_CASE("what came as a CloudEvent goes out as it came") {
  const std::vector<std::string> originals{
      R"({"specversion":"1.0","id":"A-1","source":"/s","type":"a.b","time":"2026-01-02T03:04:05.000Z","topic":"x/y",
          "subject":"123","dataschema":"urn:x","ext":5,"flag":true,"priority":"own","datacontenttype":"text/xml",
          "data":"<a/>"})",
      R"({"specversion":"1.0","id":"0190163d-8694-739b-aea5-966c26f8ad91","source":"/s","type":"a.b",
          "time":"2026-01-02T03:04:05.000Z","topic":"a/b","priority":"NORMAL","data_base64":"AAEC"})",
      R"({"specversion":"1.0","id":"x","source":"/s","type":"a.b","time":"2026-01-02T03:04:05.000Z","topic":"a/b",
          "priority":"NORMAL","datacontenttype":"application/json","data":[1,2]})",
      R"({"specversion":"1.0","id":"x","source":"/s","type":"a.b","time":"2026-01-02T03:04:05.000Z","topic":"a/b",
          "priority":"NORMAL","datacontenttype":"application/json","data":{"$data":1,"more":2}})",
  };
  for (const std::string& original : originals) {
    INFO(original);
    CHECK(redelivered(original) == json::parse(original));
  }
}

TEST_CASE("a batch of CloudEvents is a bare array of its own media type") {
  const std::vector<outgoing_event> events{outgoing(plain_event()), outgoing(plain_event())};
  const auto body = render_delivery(delivery_format::cloudevents, body_shape::batch, events);
  CHECK(body.content_type == "application/cloudevents-batch+json");
  const auto list = json::parse(body.text);
  REQUIRE(list.is_array());
  CHECK(list.size() == 2);
  CHECK(list[1] == cloudevent_of(plain_event()));
}
