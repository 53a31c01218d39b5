#include "codec/cloudevent.hpp"

#include "unit/codec/codec_fixture.hpp"

#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::codec;

namespace {

decoded_event structured(std::string body) { return decode_cloudevent(body, test_options()); }

/// A valid CloudEvent with further members.
decoded_event with(const std::string& members) {
  return structured(R"({"specversion":"1.0","id":"1","source":"s","type":"a.b",)" + members + '}');
}

const std::vector<cloudevent_attribute> required_attributes{
    {"specversion", "1.0"}, {"id", "1"}, {"source", "s"}, {"type", "a.b"}};

decoded_event binary(std::string body, std::string_view content_type, std::vector<cloudevent_attribute> more = {}) {
  std::vector<cloudevent_attribute> attributes = required_attributes;
  attributes.insert(attributes.end(), more.begin(), more.end());
  return decode_binary_cloudevent(attributes, content_type, body, test_options());
}

}  // namespace

TEST_CASE("the example of the CloudEvents specification is taken") {
  const auto outcome = structured(R"({
    "specversion" : "1.0",
    "type" : "com.github.pull_request.opened",
    "source" : "https://github.com/cloudevents/spec/pull",
    "subject" : "123",
    "id" : "A234-1234-1234",
    "time" : "2018-04-05T17:31:00Z",
    "comexampleextension1" : "value",
    "comexampleothervalue" : 5,
    "datacontenttype" : "text/xml",
    "data" : "<much wow=\"xml\"/>"
  })");
  REQUIRE(outcome.has_value());
  const event& made = **outcome;
  CHECK(made.id.value ==
        make_uuid_v5(cloudevent_namespace, "https://github.com/cloudevents/spec/pull\nA234-1234-1234"));
  CHECK(made.type == "com.github.pull_request.opened");
  CHECK(made.topic.str() == "com/github/pull_request/opened");
  CHECK(made.source == "https://github.com/cloudevents/spec/pull");
  CHECK(format_rfc3339(made.timestamp) == "2018-04-05T17:31:00.000Z");
  CHECK(made.payload == R"({"$data":"<much wow=\"xml\"/>"})");
  CHECK(made.metadata == R"({"extensions":{"subject":"123","comexampleextension1":"value","comexampleothervalue":5,)"
                         R"("datacontenttype":"text/xml","id":"A234-1234-1234"}})");
}

TEST_CASE("an id that is a UUID is the event's own, and leaves nothing to keep") {
  const auto outcome = structured(
      R"({"specversion":"1.0","id":"0190163d-8694-739b-aea5-966c26f8ad91","source":"s","type":"t","datacontenttype":"application/json"})");
  REQUIRE(outcome.has_value());
  CHECK(to_string((*outcome)->id) == "0190163d-8694-739b-aea5-966c26f8ad91");
  CHECK((*outcome)->metadata.empty());
  CHECK((*outcome)->payload == "{}");
}

TEST_CASE("the same source and id always make the same event id") {
  const auto first = with(R"("data":{})");
  const auto second = with(R"("data":{"x":1})");
  CHECK((*first)->id == (*second)->id);
}

TEST_CASE("data is kept whatever it is") {
  struct row {
    const char* members;
    const char* payload;
  };
  const row rows[] = {
      {R"("data":{ "a" : 1.50 })", R"({"a":1.50})"},
      {R"("data":[1, 2])", R"({"$data":[1,2]})"},
      {R"("data":"x\n\u0000")", R"({"$data":"x\n\u0000"})"},
      {R"("data": "a\/b\u0041\u00e9é\"" , "subject":"x")", R"({"$data":"a\/b\u0041\u00e9é\""})"},
      {R"("data":"")", R"({"$data":""})"},
      {R"("data":7.0)", R"({"$data":7.0})"},
      {R"("data":true)", R"({"$data":true})"},
      {R"("data":null)", R"({"$data":null})"},
      {R"("data_base64":"AAEC")", R"({"$data_base64":"AAEC"})"},
      {R"("data_base64":"AA\/C")", R"({"$data_base64":"AA\/C"})"},
      {R"("data_base64":"")", R"({"$data_base64":""})"},
      {R"("data_base64":null)", "{}"},
      {R"("subject":"x")", "{}"},
  };
  for (const row& each : rows) {
    INFO(each.members);
    const auto outcome = with(each.members);
    REQUIRE(outcome.has_value());
    CHECK((*outcome)->payload == each.payload);
  }
}

TEST_CASE("text that is no JSON string is no data") {
  for (const char* text : {R"("\udc00")", R"("\ud800")", R"("\ud800\u0041")", R"("\x")", R"("\u00g0")", "\"\n\""}) {
    INFO(text);
    CHECK(refusal(with("\"data\":" + std::string{text})).code == errc::malformed_json);
  }
}

TEST_CASE("the topic comes from the extension of that name") {
  const auto outcome = with(R"("topic":"orders.new","subject":null)");
  REQUIRE(outcome.has_value());
  CHECK((*outcome)->topic.str() == "orders/new");
  CHECK((*outcome)->metadata == R"({"extensions":{"id":"1"}})");
}

TEST_CASE("each fault of a CloudEvent is reported at its pointer") {
  struct row {
    const char* members;
    const char* pointer;
  };
  const row rows[] = {
      {R"("specversion":"1.0")", "/specversion"},
      {R"("time":"now")", "/time"},
      {R"("time":1)", "/time"},
      {R"("topic":"a..b")", "/topic"},
      {R"("data":1,"data_base64":"AAEC")", "/data"},
      {R"("data_base64":"A")", "/data_base64"},
      {R"("data_base64":"A?EC")", "/data_base64"},
      {R"("data_base64":{})", "/data_base64"},
      {R"("ext":{})", "/ext"},
      {R"("ext":[1])", "/ext"},
      {R"("Ext":"x")", "/Ext"},
      {R"("correlation_id":"x")", "/correlation_id"},
      {R"("ext":"\u0000")", "/ext"},
      {R"("subject":"a\u0000")", "/subject"},
  };
  for (const row& each : rows) {
    INFO(each.members);
    const failure reason = refusal(with(each.members));
    CHECK(reason.code == errc::invalid_event);
    REQUIRE(reason.details.size() == 1);
    CHECK(reason.details[0].pointer == each.pointer);
  }
}

TEST_CASE("data is given once, in one way") {
  const std::string twice = "is given more than once";
  const std::string both = "must not be given beside data_base64";
  using found = std::map<std::string, std::string>;
  CHECK(problems_of(refusal(with(R"("data":1,"data":2)"))) == found{{"/data", twice}});
  CHECK(problems_of(refusal(with(R"("data_base64":"","data_base64":"")"))) == found{{"/data_base64", twice}});
  CHECK(problems_of(refusal(with(R"("data":1,"data_base64":"")"))) == found{{"/data", both}});
  CHECK(problems_of(refusal(with(R"("data_base64":"","data":1,"data_base64":"")"))) ==
        found{{"/data", both}, {"/data_base64", twice}});
}

TEST_CASE("an id that cannot be kept is reported as the id, beside other faults") {
  const auto found = problems_of(refusal(structured(R"({"specversion":"1","id":"\u0000","source":"s","type":"t"})")));
  CHECK(found ==
        std::map<std::string, std::string>{{"/specversion", "must be \"1.0\""}, {"/id", "must not hold U+0000"}});
}

TEST_CASE("a CloudEvent that is nested too deeply is told its other faults") {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  const failure reason = refusal(with(R"("time":"now","ext":)" + deep + R"(,"data":)" + deep));
  CHECK(reason.code == errc::invalid_request);
  REQUIRE(reason.details.size() == 4);
  CHECK(reason.details[0].pointer == "/ext");
  CHECK(reason.details[0].message == "is nested too deeply: an event may be 64 deep");
  CHECK(reason.details[1].pointer == "/data");
  CHECK(reason.details[2].pointer == "/time");
  CHECK(reason.details[3].pointer == "/ext");
  CHECK(reason.details[3].message == "must be a string, a number or a boolean");

  const failure of_binary = refusal(binary(deep, "", {{"time", "now"}}));
  CHECK(of_binary.code == errc::invalid_request);
  CHECK(problems_of(of_binary) ==
        std::map<std::string, std::string>{{"/data", "is nested too deeply: an event may be 64 deep"},
                                           {"/time", "must be an RFC 3339 time, as 2026-01-02T03:04:05Z"}});
}

TEST_CASE("what a CloudEvent must have is asked for, all at once") {
  const auto found = problems_of(refusal(structured(R"({"data":{}})")));
  CHECK(found == std::map<std::string, std::string>{{"/specversion", "is required"},
                                                    {"/id", "is required"},
                                                    {"/source", "is required"},
                                                    {"/type", "is required"}});
  CHECK(problems_of(refusal(structured(R"({"specversion":"0.3","id":"","source":"s","type":"t"})"))) ==
        std::map<std::string, std::string>{{"/specversion", "must be \"1.0\""}, {"/id", "must not be empty"}});
}

TEST_CASE("a binary CloudEvent has its attributes beside its data") {
  const auto outcome = binary(R"( {"a": 1} )", "application/json; charset=utf-8",
                              {{"time", "2018-04-05T17:31:00Z"}, {"topic", "x.y"}, {"subject", "größe"}, {"n", "5"}});
  REQUIRE(outcome.has_value());
  const event& made = **outcome;
  CHECK(made.id.value == make_uuid_v5(cloudevent_namespace, "s\n1"));
  CHECK(made.topic.str() == "x/y");
  CHECK(format_rfc3339(made.timestamp) == "2018-04-05T17:31:00.000Z");
  CHECK(made.payload == R"({"a":1})");
  CHECK(made.metadata == R"({"extensions":{"subject":"größe","n":"5",)"
                         R"("datacontenttype":"application/json; charset=utf-8","id":"1"}})");
}

TEST_CASE("binary data is kept by its content type") {
  struct row {
    std::string body;
    const char* content_type;
    const char* payload;
  };
  const row rows[] = {
      {R"({"a":1})", "", R"({"a":1})"},
      {R"([1, 2])", "application/json", R"({"$data":[1,2]})"},
      {R"("x")", "Application/Problem+JSON", R"({"$data":"x"})"},
      {"", "application/json", "{}"},
      {"a\nb", "text/plain", R"({"$data":"a\nb"})"},
      {"\xFF", "text/plain", R"({"$data_base64":"/w=="})"},
      {std::string("\0\1\2", 3), "application/octet-stream", R"({"$data_base64":"AAEC"})"},
      {"{}", "image/png", R"({"$data_base64":"e30="})"},
  };
  for (const row& each : rows) {
    INFO(each.content_type);
    const auto outcome = binary(each.body, each.content_type);
    REQUIRE(outcome.has_value());
    CHECK((*outcome)->payload == each.payload);
  }
}

TEST_CASE("a binary CloudEvent that is wrong is refused") {
  CHECK(refusal(binary("{", "application/json")).code == errc::malformed_json);
  CHECK(refusal(binary("\"\xFF\"", "application/json")).message == "not valid UTF-8");
  CHECK(refusal(binary(std::string(100, '[') + std::string(100, ']'), "")).code == errc::invalid_request);
  CHECK(problems_of(refusal(binary("{}", "", {{"id", "2"}}))) ==
        std::map<std::string, std::string>{{"/id", "is given more than once"}});
  CHECK(problems_of(refusal(binary("{}", "", {{"ext", std::string(1, '\0')}}))) ==
        std::map<std::string, std::string>{{"/ext", "must not hold U+0000"}});
  CHECK(problems_of(refusal(binary("{}", "", {{"ext", "\xFF"}}))) ==
        std::map<std::string, std::string>{{"/ext", "must be UTF-8"}});
  std::string body = "{}";
  CHECK(refusal(decode_binary_cloudevent({}, "", body, test_options())).details.size() == 4);
}
