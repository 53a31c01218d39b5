#include "unit/codec/codec_fixture.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::codec;

namespace {

const std::string good = R"({"type":"a.b","source":"s","payload":{}})";
const std::string cloud = R"({"specversion":"1.0","id":"1","source":"s","type":"c.d","data":{"x":1}})";

result<std::vector<decoded_event>> batch(std::string body, batch_format format = batch_format::json,
                                         std::uint32_t max_batch = 1000) {
  decode_options options = test_options();
  options.max_batch = max_batch;
  return decode_batch(body, format, options);
}

std::size_t stored_of(const result<std::vector<decoded_event>>& outcome) {
  if (!outcome) FAIL(outcome.error().message);
  return static_cast<std::size_t>(std::ranges::count_if(*outcome, [](const auto& each) { return each.has_value(); }));
}

}  // namespace

TEST_CASE("a batch may be spelt in three ways") {
  for (const auto& [body, format] : std::vector<std::pair<std::string, batch_format>>{
           {"[" + good + ',' + good + "]", batch_format::json},
           {R"( { "events" : [ )" + good + " , " + good + " ] } ", batch_format::json},
           {good + "\r\n\n  \n" + good + '\n', batch_format::ndjson},
           {good + '\n' + good, batch_format::ndjson},
           {"[" + cloud + ',' + cloud + "]", batch_format::cloudevents_batch}}) {
    INFO(body);
    const auto outcome = batch(body, format);
    CHECK(stored_of(outcome) == 2);
    CHECK(outcome->size() == 2);
  }
}

TEST_CASE("an empty batch has no events") {
  CHECK(batch("[]")->empty());
  CHECK(batch(R"({"events":[]})")->empty());
  CHECK(batch("", batch_format::ndjson)->empty());
}

TEST_CASE("each event has its own outcome, in order") {
  const auto outcome = batch("[" + good + R"(,{"type":"a"},3,[1],null,"x",)" + cloud + "," + good + "]");
  REQUIRE(outcome.has_value());
  REQUIRE(outcome->size() == 8);
  CHECK((*outcome)[0].has_value());
  CHECK(problems_of(refusal((*outcome)[1])) ==
        std::map<std::string, std::string>{{"/source", "is required"}, {"/payload", "is required"}});
  for (std::size_t i : {2U, 3U, 4U, 5U}) CHECK(refusal((*outcome)[i]).details[0].message == "must be a JSON object");
  REQUIRE((*outcome)[6].has_value());
  CHECK((*(*outcome)[6])->topic.str() == "c/d");
  CHECK((*outcome)[7].has_value());
}

TEST_CASE("events keep their own text") {
  std::string body = "[";
  for (int i = 0; i < 200; ++i) {
    body += (i == 0 ? "" : ",") + std::string{R"({"type":"t.n)"} + std::to_string(i) +
            R"(","source":"s","payload":{"i":)" + std::to_string(i) + "}}";
  }
  const auto outcome = batch(body + "]");
  REQUIRE(stored_of(outcome) == 200);
  for (std::size_t i = 0; i < 200; ++i) {
    CHECK((*(*outcome)[i])->type == "t.n" + std::to_string(i));
    CHECK((*(*outcome)[i])->payload == "{\"i\":" + std::to_string(i) + "}");
  }
}

TEST_CASE("a native event is none in a batch of CloudEvents") {
  const auto outcome = batch("[" + good + "]", batch_format::cloudevents_batch);
  REQUIRE(outcome.has_value());
  CHECK(problems_of(refusal(outcome->front())).contains("/specversion"));
}

TEST_CASE("an event that is too large or too deep fails alone") {
  decode_options options = test_options();
  options.limits.max_event_bytes = 30;
  options.limits.max_depth = 8;
  const std::string large = R"({"type":"a","source":"s","payload":{"a":"0123456789012345678901234567890"}})";
  const std::string deep = R"({"type":"a","source":"s","payload":{"a":[[[[[[[[]]]]]]]]}})";
  std::string body = "[" + large + "," + deep + "," + good + "]";
  const auto outcome = decode_batch(body, batch_format::json, options);
  REQUIRE(stored_of(outcome) == 1);
  CHECK(refusal((*outcome)[0]).code == errc::too_large);
  CHECK(refusal((*outcome)[1]).code == errc::invalid_request);
}

TEST_CASE("a batch that is no JSON fails as a whole") {
  for (const std::string& body :
       std::vector<std::string>{"", "[", "[" + good, "[" + good + ",]", "[" + good + " " + good + "]",
                                "[" + good + "]]", "[{\"type\":}]", "[tru]", "{\"events\":[" + good + "]",
                                "{\"events\":[1}]", "[\"\xFF\"]", "[" + good + "] x", good + "\n" + good}) {
    INFO(body);
    CHECK(refusal(batch(body)).code == errc::malformed_json);
  }
  CHECK(refusal(batch("[" + cloud, batch_format::cloudevents_batch)).code == errc::malformed_json);
}

TEST_CASE("a batch of the wrong form is an invalid request") {
  struct row {
    std::string body;
    std::string pointer;
    std::string message;
  };
  const std::vector<row> rows{
      {"{}", "/events", "is required"},
      {R"({"events":{}})", "/events", "must be an array"},
      {R"({"events":1})", "/events", "must be an array"},
      {R"({"events":[],"other":{"a":1}})", "/other", "is not a member of a batch"},
      {R"({"other":1,"events":[]})", "/other", "is not a member of a batch"},
      {R"({"events":[],"events":[]})", "/events", "is given more than once"},
  };
  for (const row& each : rows) {
    INFO(each.body);
    const failure reason = refusal(batch(each.body));
    CHECK(reason.code == errc::invalid_request);
    REQUIRE(reason.details.size() == 1);
    CHECK(reason.details[0].pointer == each.pointer);
    CHECK(reason.details[0].message == each.message);
  }
  CHECK(problems_of(refusal(batch(good))).contains("/type"));
  for (const char* body : {"1", "\"x\"", " null "}) CHECK(refusal(batch(body)).code == errc::invalid_request);
  CHECK(refusal(batch("{}", batch_format::cloudevents_batch)).code == errc::invalid_request);
}

TEST_CASE("a line of NDJSON that is wrong fails alone") {
  const auto outcome =
      batch(good + "\n{\"type\":\n" + cloud + "\n[1]\n{\"a\":\"\xFF\"}\n}\n" + good, batch_format::ndjson);
  REQUIRE(outcome.has_value());
  REQUIRE(outcome->size() == 7);
  CHECK((*outcome)[0].has_value());
  CHECK(refusal((*outcome)[1]).code == errc::malformed_json);
  CHECK((*outcome)[2].has_value());
  CHECK(refusal((*outcome)[3]).code == errc::invalid_event);
  CHECK(refusal((*outcome)[4]).message == "not valid UTF-8");
  CHECK(refusal((*outcome)[5]).code == errc::malformed_json);
  CHECK((*outcome)[6].has_value());
}

TEST_CASE("a batch is bounded in number") {
  const std::string two = "[" + good + ',' + good + "]";
  CHECK(stored_of(batch(two, batch_format::json, 2)) == 2);
  CHECK(refusal(batch(two, batch_format::json, 1)).code == errc::too_large);
  CHECK(refusal(batch(good + "\n" + good, batch_format::ndjson, 1)).code == errc::too_large);
  CHECK(stored_of(batch(good + "\n\n\n", batch_format::ndjson, 1)) == 1);
}
