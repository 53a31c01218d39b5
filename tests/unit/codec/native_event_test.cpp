#include "codec/stored_event.hpp"
#include "unit/codec/codec_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::codec;

namespace {

const std::string full = R"({
  "id": "0190163D-8694-739b-aea5-966c26f8ad91",
  "type": "project.created",
  "source": "project-service",
  "topic": "project.created",
  "version": "2.0",
  "timestamp": "2026-01-02T04:04:05.6789+01:00",
  "priority": "high",
  "payload": { "b": 1.50, "a": [ 1E2, "x  y" ] },
  "metadata": { "projectId": "p1", "tags": [ "t" ], "expiresAt": "2027-01-01T00:00:00Z", "own": 1 },
  "correlationId": "0190163d-8694-739b-aea5-966c26f8ad92",
  "causationId": "0190163d-8694-739b-aea5-966c26f8ad93",
  "orderingKey": "k\u00e9"
})";

/// A valid event with one more member, or with `key` replaced.
std::string with(const std::string& key, const std::string& value) {
  std::string body = "{";
  for (const auto& [name, json] :
       std::vector<std::pair<std::string, std::string>>{{"type", "\"a.b\""}, {"source", "\"s\""}, {"payload", "{}"}}) {
    if (name != key) body += '"' + name + "\":" + json + ',';
  }
  return body + '"' + key + "\":" + value + '}';
}

}  // namespace

TEST_CASE("every member of an event is read") {
  const event made = decoded(full);
  CHECK(to_string(made.id) == "0190163d-8694-739b-aea5-966c26f8ad91");
  CHECK(made.type == "project.created");
  CHECK(made.source == "project-service");
  CHECK(made.topic.str() == "project/created");
  CHECK(made.version == "2.0");
  CHECK(format_rfc3339(made.timestamp) == "2026-01-02T03:04:05.678Z");
  CHECK(made.priority == priority::high);
  CHECK(made.payload == R"({"b":1.50,"a":[1E2,"x  y"]})");
  CHECK(made.metadata == R"({"projectId":"p1","tags":["t"],"expiresAt":"2027-01-01T00:00:00Z","own":1})");
  CHECK(to_string(*made.correlation_id) == "0190163d-8694-739b-aea5-966c26f8ad92");
  CHECK(to_string(*made.causation_id) == "0190163d-8694-739b-aea5-966c26f8ad93");
  CHECK(format_rfc3339(*made.expires_at) == "2027-01-01T00:00:00.000Z");
  CHECK(made.ordering_key == "ké");
}

TEST_CASE("the least event has the defaults") {
  const event made = decoded(R"({"type":"project.member.added","source":"s","payload":{}})");
  CHECK(made.topic.str() == "project/member/added");
  CHECK(made.timestamp == test_now);
  CHECK(made.metadata.empty());
  CHECK_FALSE(made.id.value.is_nil());
}

TEST_CASE("the snake_case spelling, and keys with escapes, are taken too") {
  const event made = decoded(
      R"({"typ\u0065":"a","source":"s","payload":{},"correlation_id":"0190163d-8694-739b-aea5-966c26f8ad92",)"
      R"("causation_id":"0190163d-8694-739b-aea5-966c26f8ad93","ordering_key":"k","metadata":{"project_id":"p"}})");
  CHECK(made.correlation_id);
  CHECK(made.causation_id);
  CHECK(made.ordering_key == "k");
  CHECK(made.metadata == R"({"projectId":"p"})");
}

TEST_CASE("a priority may be a name or a number") {
  struct row {
    const char* json;
    priority expected;
  };
  const row rows[] = {
      {"0", priority::critical}, {"3", priority::low}, {"\"1\"", priority::high}, {"\"Normal\"", priority::normal}};
  for (const row& each : rows) CHECK(decoded(with("priority", each.json)).priority == each.expected);
}

TEST_CASE("the payload keeps its bytes") {
  const std::string payloads[] = {
      R"({"z":1,"a":2,"z":3})",
      R"({"n":[0,-0,1.0,1.00,1e5,1E+5,123456789012345678901234567890,0.1e-7]})",
      R"({"s":"\u0041\/\u00e9é \u0000 \ud83d\ude00😀"})",
      R"({"":{"":[{},[],null,true,false]}})",
  };
  for (const std::string& payload : payloads) {
    INFO(payload);
    CHECK(decoded(with("payload", payload)).payload == payload);
    CHECK(decoded(with("payload", "\n\t" + payload + " \r\n")).payload == payload);
  }
}

TEST_CASE("each fault is reported at its pointer") {
  struct row {
    const char* key;
    const char* value;
    const char* pointer;
    const char* message;
  };
  const row rows[] = {
      {"type", "1", "/type", "must be a string"},
      {"type", "null", "/type", "must be a string"},
      {"type", "\"\"", "/type", "must be 1 to 255 bytes"},
      {"type", R"("a\u0000")", "/type", "must not have control characters"},
      {"source", "{}", "/source", "must be a string"},
      {"source", R"("a\nb")", "/source", "must not have control characters"},
      {"payload", "[]", "/payload", "must be an object"},
      {"payload", "\"x\"", "/payload", "must be an object"},
      {"payload", "null", "/payload", "must be an object"},
      {"topic", "7", "/topic", "must be a string"},
      {"topic", "\"a..b\"", "/topic", "must not have an empty level"},
      {"topic", "\"a.*\"", "/topic", "must not have a wildcard"},
      {"id", "\"abc\"", "/id", "must be a UUID"},
      {"id", "1", "/id", "must be a UUID"},
      {"version", "1.0", "/version", "must be a string"},
      {"timestamp", "\"yesterday\"", "/timestamp", "must be an RFC 3339 time, as 2026-01-02T03:04:05Z"},
      {"timestamp", "1767322245", "/timestamp", "must be an RFC 3339 time, as 2026-01-02T03:04:05Z"},
      {"priority", "4", "/priority", "must be CRITICAL, HIGH, NORMAL or LOW, or 0 to 3"},
      {"priority", "1.0", "/priority", "must be CRITICAL, HIGH, NORMAL or LOW, or 0 to 3"},
      {"priority", "\"URGENT\"", "/priority", "must be CRITICAL, HIGH, NORMAL or LOW, or 0 to 3"},
      {"priority", "true", "/priority", "must be CRITICAL, HIGH, NORMAL or LOW, or 0 to 3"},
      {"metadata", "[]", "/metadata", "must be an object"},
      {"metadata", R"({"own":"\u0000"})", "/metadata", "must not hold U+0000"},
      {"metadata", R"({"tags":[1]})", "/metadata/tags/0", "must be a string"},
      {"correlationId", "\"x\"", "/correlationId", "must be a UUID"},
      {"causation_id", "null", "/causation_id", "must be a UUID"},
      {"orderingKey", "1", "/orderingKey", "must be a string"},
      {"orderingKey", "\"\"", "/orderingKey", "must be 1 to 255 bytes"},
      {"deliverAt", "\"2030-01-01T00:00:00Z\"", "/deliverAt", "must be at most 366 days ahead"},
      {"deliver_at", "null", "/deliver_at", "must be an RFC 3339 time, as 2026-01-02T03:04:05Z"},
      {"foo", "{\"a\":[1]}", "/foo", "is not a member of an event"},
      {"seq", "1", "/seq", "is not a member of an event"},
      {"a/b~c", "1", "/a~1b~0c", "is not a member of an event"},
  };
  for (const row& each : rows) {
    INFO(each.key << ": " << each.value);
    const failure reason = refused(with(each.key, each.value));
    CHECK(reason.code == errc::invalid_event);
    CHECK(reason.details == std::vector<problem>{{each.pointer, each.message}});
    CHECK_THAT(reason.message, Catch::Contains(each.pointer));
  }
}

TEST_CASE("all faults are reported at once") {
  const auto found = problems_of(refused(
      R"({"priority":"x","metadata":{"tags":[1],"userId":2},"id":"","foo":1,"orderingKey":"a","ordering_key":"b"})"));
  const std::map<std::string, std::string> expected{
      {"/priority", "must be CRITICAL, HIGH, NORMAL or LOW, or 0 to 3"},
      {"/metadata/tags/0", "must be a string"},
      {"/metadata/userId", "must be a string"},
      {"/id", "must be a UUID"},
      {"/foo", "is not a member of an event"},
      {"/ordering_key", "is given more than once"},
      {"/type", "is required"},
      {"/source", "is required"},
      {"/payload", "is required"},
  };
  CHECK(found == expected);
}

TEST_CASE("a member given twice is a fault, also in two spellings") {
  CHECK(problems_of(refused(R"({"type":"a","type":"a","source":"s","payload":{}})")) ==
        std::map<std::string, std::string>{{"/type", "is given more than once"}});
  CHECK(problems_of(refused(with("metadata", R"({"user_id":"a","userId":"b"})"))) ==
        std::map<std::string, std::string>{{"/metadata/userId", "is given more than once"}});
}

TEST_CASE("a root that is no object is no event") {
  for (const char* body : {"[]", "[{\"type\":\"a\"}]", "1", "\"x\"", "null", " true "}) {
    INFO(body);
    CHECK(refused(body).details == std::vector<problem>{{"", "must be a JSON object"}});
  }
}

TEST_CASE("what is no JSON is malformed, wherever it goes wrong") {
  const std::vector<std::string> bodies{
      "",
      "  ",
      "{",
      "{}}",
      "{}{}",
      "{} x",
      "\xEF\xBB\xBF{}",
      "[1,",
      "tru",
      with("type", "a"),
      with("type", "\"\\x\""),
      with("type", "\"\\ud800\""),
      with("type", "\"a\nb\""),
      with("type", "\"\xFF\""),
      with("priority", "01"),
      with("priority", "+1"),
      with("foo", "nul"),
      with("foo", "{\"a\":}"),
      with("foo", "[1,]"),
      with("payload", "{\"a\":01}"),
      with("payload", "{\"a\":[}"),
      with("payload", "{\"a\" 1}"),
      with("payload", "{\"a\":1]"),
      with("payload", "{\"a\":\"\\ud800\"}"),
      with("payload", "{\"a\":\"\xC3\"}"),
      with("metadata", "{,}"),
      R"({"type":"a","source":"s","payload":{},})",
      R"({"type":"a" "source":"s"})",
      R"({"type" "a"})",
      R"({type:"a"})",
      R"({"type":"a","source":"s","payload":{})",
  };
  for (const std::string& body : bodies) {
    INFO(body);
    CHECK(refused(body).code == errc::malformed_json);
  }
  CHECK(refused(with("type", "\"\xFF\"")).message == "not valid UTF-8");
  CHECK(refused("{\"type\": tru}").message == "not valid JSON: byte 10");
}

TEST_CASE("a text may end where the memory behind it goes on as JSON") {
  std::string body = R"({"type":"a","source":"s","payload":{}}}}}}})";
  CHECK(refused(body).code == errc::malformed_json);
  body = R"({"type":"a","source":"s","payload":{"a":1})";
  body.reserve(body.size() + 100);
  std::fill_n(body.data() + body.size() + 1, 64, '}');
  CHECK(refusal(decode_event(body, test_options())).code == errc::malformed_json);
}

TEST_CASE("nesting is bounded from the root of the event") {
  decode_options options = test_options();
  options.limits.max_depth = 4;
  CHECK(decoded(with("payload", R"({"a":[[]]})"), options).payload == R"({"a":[[]]})");
  for (const std::string& body : {with("payload", R"({"a":[[[]]]})"), with("payload", R"({"a":[{"b":{}}],"c":1})")}) {
    const failure reason = refused(body, options);
    CHECK(reason.code == errc::invalid_request);
    REQUIRE(reason.details.size() == 1);
    CHECK(reason.details[0].pointer == "/payload");
  }
  CHECK(refused(with("foo", std::string(100'000, '[') + std::string(100'000, ']')), options).code ==
        errc::invalid_request);
  CHECK(refused(std::string(1'000'000, '[')).code != errc::internal);
}

TEST_CASE("size is bounded as it is stored") {
  decode_options options = test_options();
  options.limits.max_event_bytes = 20;
  CHECK(decoded(with("payload", R"({          "a" : "123456789012"    })"), options).payload.size() == 20);
  const failure reason = refused(with("payload", R"({"a":"123456789012345"})"), options);
  CHECK(reason.code == errc::too_large);
  CHECK(reason.message == "the event has 23 bytes of payload and metadata; 20 are allowed");
  CHECK(problems_of(reason) ==
        std::map<std::string, std::string>{{"", "has 23 bytes of payload and metadata; 20 are allowed"}});
}

TEST_CASE("a limit does not hide other faults") {
  const std::string deep = std::string(70, '[') + std::string(70, ']');
  const std::string faults = R"({"type":"","source":5,"zork":1,"payload":)";
  failure reason = refused(faults + deep + R"(,"metadata":{"own":)" + deep + "}}");
  CHECK(reason.code == errc::invalid_request);
  CHECK(reason.message == "/payload is nested too deeply: an event may be 64 deep");
  std::vector<std::string> pointers;
  for (const problem& each : reason.details) pointers.push_back(each.pointer);
  CHECK(pointers == std::vector<std::string>{"/payload", "/metadata", "/source", "/zork", "/payload", "/type"});

  decode_options options = test_options();
  options.limits.max_event_bytes = 1;
  reason = refused(faults + "{}}", options);
  CHECK(reason.code == errc::too_large);
  CHECK(problems_of(reason) ==
        std::map<std::string, std::string>{{"", "has 2 bytes of payload and metadata; 1 are allowed"},
                                           {"/source", "must be a string"},
                                           {"/zork", "is not a member of an event"},
                                           {"/type", "must be 1 to 255 bytes"}});
}

TEST_CASE("an answer does not grow with the number of faults") {
  std::string many = R"({"tags":[)";
  for (int i = 0; i < 5000; ++i) many += "1,";
  many += "1]}";
  CHECK(refused(with("metadata", many)).details.size() <= 100);

  std::string body = "{";
  for (int i = 0; i < 5000; ++i) body += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ',';
  body += "\"z\":0}";
  CHECK(refused(body).details.size() <= 110);

  const failure reason = refused(with(std::string(100'000, 'k'), "1"));
  REQUIRE(reason.details.size() == 1);
  CHECK(reason.details[0].pointer.size() < 200);
}

TEST_CASE("threads decode at the same time, and large texts do not disturb small ones") {
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        std::string body = i % 50 == 49 ? with("payload", "{\"a\":\"" + std::string(2'000'000, 'x') + "\"}") : full;
        decode_options options = test_options();
        options.limits.max_event_bytes = 4'000'000;
        if (decode_event(body, options).has_value()) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 800);
}

TEST_CASE("an event that is to be published later carries when, and shows it") {
  const event later = decoded(R"({"type":"a.b","source":"s","payload":{},"deliver_at":"2026-01-02T04:00:00+01:00"})");
  REQUIRE(later.deliver_at.has_value());
  CHECK(format_rfc3339(*later.deliver_at) == "2026-01-02T03:00:00.000Z");
  std::string json = to_json(later);
  CHECK_THAT(json, Catch::Contains(R"("deliverAt":"2026-01-02T03:00:00.000Z")"));
  CHECK(parse_event_json(json)->deliver_at == later.deliver_at);

  const event at_once = decoded(R"({"type":"a.b","source":"s","payload":{},"deliverAt":"2026-01-02T02:50:45.678Z"})");
  CHECK_FALSE(at_once.deliver_at.has_value());
  CHECK(to_json(at_once).find("deliverAt") == std::string::npos);
}
