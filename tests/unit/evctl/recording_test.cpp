#include "recording.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>

using namespace eventmgr;
using namespace eventmgr::evctl;

namespace {

const std::string stored =
    R"({"id":"01a20b87-17ce-7586-a47a-dc00ccd6f8a9","type":"a.b","source":"s","topic":"a/b","version":"1.0",)"
    R"("priority":"HIGH","timestamp":"2026-01-02T03:04:05.678Z","payload":{"z": 1.50,"a":"\u0041"},)"
    R"("metadata":{"tags":[],"mine":[1],"retryCount":0,"maxRetries":3,"expiresAt":"2026-01-02T03:05:00.000Z"},)"
    R"("correlationId":"0190163d-8694-739b-aea5-966c26f8ad90","orderingKey":"k",)"
    R"("partition":0,"seq":7,"receivedAt":"2026-01-02T03:04:06.000Z"})";

time_point at(const char* text) { return *parse_rfc3339(text); }

std::string rewritten(const std::string& line, const replaying& how = {}) {
  const auto event = read_recorded(line, how, at("2026-01-02T04:04:06Z"));
  REQUIRE(event.has_value());
  return event->input;
}

std::string member(const std::string& json, const std::string& name) {
  const auto begin = json.find("\"" + name + "\":\"");
  if (begin == std::string::npos) return {};
  const auto value = begin + name.size() + 4;
  return json.substr(value, json.find('"', value) - value);
}

}  // namespace

TEST_CASE("a recorded event is published as it was, without what the daemon gave it") {
  CHECK(rewritten(stored) ==
        R"({"id":"01a20b87-17ce-7586-a47a-dc00ccd6f8a9","type":"a.b","source":"s","topic":"a/b","version":"1.0",)"
        R"("priority":"HIGH","timestamp":"2026-01-02T03:04:05.678Z","payload":{"z":1.50,"a":"\u0041"},)"
        R"("metadata":{"mine":[1],"expiresAt":"2026-01-02T04:05:00.000Z"},)"
        R"("correlationId":"0190163d-8694-739b-aea5-966c26f8ad90","orderingKey":"k"})");
  CHECK(read_recorded(stored, {}, {})->received == at("2026-01-02T03:04:06Z"));
}

TEST_CASE("metadata that only holds what is so by default is left out") {
  CHECK(rewritten(R"({"type":"t","source":"s","payload":{},"metadata":{"tags":[],"retryCount":0,"maxRetries":3}})") ==
        R"({"type":"t","source":"s","payload":{}})");
}

TEST_CASE("an event that was never stored is published as it is, at once") {
  const std::string event = R"({"type":"t","source":"s","payload":{},"metadata":{"expiresAt":"2026-01-02T03:05:00Z"}})";
  CHECK(rewritten(event) == event);
  CHECK_FALSE(read_recorded(event, {}, {})->received);
}

TEST_CASE("ids are changed, and what belonged together still does") {
  replaying how;
  how.remap_in = parse_uuid("0190163d-8694-739b-aea5-966c26f8ad90");
  const auto cause = rewritten(stored, how);
  const auto effect = rewritten(R"({"type":"t","source":"s","payload":{"id":"01a20b87-17ce-7586-a47a-dc00ccd6f8a9"},)"
                                R"("causationId":"01A20B87-17CE-7586-A47A-DC00CCD6F8A9",)"
                                R"("correlationId":"0190163d-8694-739b-aea5-966c26f8ad90"})",
                                how);
  CHECK(member(cause, "id") != "01a20b87-17ce-7586-a47a-dc00ccd6f8a9");
  CHECK(parse_uuid(member(cause, "id")).has_value());
  CHECK(member(effect, "causationId") == member(cause, "id"));
  CHECK(member(effect, "correlationId") == member(cause, "correlationId"));
  CHECK(effect.find(R"("payload":{"id":"01a20b87-17ce-7586-a47a-dc00ccd6f8a9"})") != std::string::npos);
}

TEST_CASE("topics get a prefix, also those that follow from the type") {
  replaying how;
  how.topic_prefix = "copy/of";
  CHECK(member(rewritten(stored, how), "topic") == "copy/of/a/b");
  CHECK(member(rewritten(R"({"type":"t.u","source":"s","payload":{}})", how), "topic") == "copy/of/t.u");
}

TEST_CASE("what is no JSON object is refused") {
  for (const std::string line : {"", "[]", "{", "1"}) {
    CAPTURE(line);
    CHECK(read_recorded(line, {}, {}).has_error());
  }
}
