#include "codec/metadata.hpp"

#include "unit/codec/codec_fixture.hpp"

#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::codec;

namespace {

std::string rendered(std::string_view compact) {
  std::string out;
  append_metadata(out, compact);
  return out;
}

}  // namespace

TEST_CASE("known metadata is read, in either spelling, and the rest is left alone") {
  const auto facts = parse_metadata(R"({ "projectId": "p", "user_id": "u", "session\u0049d": "s", "tags": ["a", "b\n"],
      "retryCount": 1, "max_retries": 7, "expires_at": "2027-01-02T03:04:05Z", "own": {"tags": 5} })")
                         .value();
  CHECK(facts.project_id == "p");
  CHECK(facts.user_id == "u");
  CHECK(facts.session_id == "s");
  CHECK(facts.tags == std::vector<std::string>{"a", "b\n"});
  CHECK(facts.retry_count == 1);
  CHECK(facts.max_retries == 7);
  CHECK(facts.expires_at == parse_rfc3339("2027-01-02T03:04:05Z"));
}

TEST_CASE("metadata that says nothing has the defaults") {
  const auto facts = parse_metadata("{}").value();
  CHECK_FALSE(facts.project_id);
  CHECK(facts.tags.empty());
  CHECK(facts.retry_count == 0);
  CHECK_FALSE(facts.max_retries);
  CHECK_FALSE(facts.expires_at);
  CHECK(to_json(facts) == "{}");
}

TEST_CASE("every fault of the known metadata is reported by its pointer") {
  const auto reason = refusal(parse_metadata(
      R"({"projectId":1,"userId":null,"sessionId":[],"tags":["a",2,null],"retryCount":-1,"maxRetries":1.5,"expiresAt":"soon"})"));
  CHECK(reason.code == errc::invalid_event);
  const std::map<std::string, std::string> expected{
      {"/metadata/projectId", "must be a string"},
      {"/metadata/userId", "must be a string"},
      {"/metadata/sessionId", "must be a string"},
      {"/metadata/tags/1", "must be a string"},
      {"/metadata/tags/2", "must be a string"},
      {"/metadata/retryCount", "must be a whole number, 0 or more"},
      {"/metadata/maxRetries", "must be a whole number, 0 or more"},
      {"/metadata/expiresAt", "must be an RFC 3339 time, as 2026-01-02T03:04:05Z"},
  };
  CHECK(problems_of(reason) == expected);
}

TEST_CASE("metadata of the wrong form is refused") {
  struct row {
    const char* json;
    const char* pointer;
  };
  const row rows[] = {
      {"", "/metadata"},
      {"[]", "/metadata"},
      {"{", "/metadata"},
      {"{\"a\":\"\xFF\"}", "/metadata"},
      {R"({"tags":"a"})", "/metadata/tags"},
      {R"({"retryCount":2147483648})", "/metadata/retryCount"},
      {R"({"retryCount":"1"})", "/metadata/retryCount"},
      {R"({"maxRetries":1e1})", "/metadata/maxRetries"},
      {R"({"expiresAt":1767322245})", "/metadata/expiresAt"},
      {R"({"projectId":"a","project_id":"b"})", "/metadata/projectId"},
      {R"({"tags":[],"tags":[]})", "/metadata/tags"},
  };
  for (const row& each : rows) {
    INFO(each.json);
    const auto reason = refusal(parse_metadata(each.json));
    REQUIRE(reason.details.size() == 1);
    CHECK(reason.details[0].pointer == each.pointer);
  }
}

TEST_CASE("known members are stored by their camelCase names, all else as it was") {
  std::vector<problem> problems;
  std::string text =
      R"({"own_id":1.50,"project_id":"p","a\u0062":[],"max_retri\u0065s":2,"expires_at":"2027-01-02T03:04:05Z"})";
  const auto expiry = check_metadata(text, problems);
  CHECK(problems.empty());
  CHECK(expiry == parse_rfc3339("2027-01-02T03:04:05Z"));
  CHECK(text == R"({"own_id":1.50,"projectId":"p","a\u0062":[],"maxRetries":2,"expiresAt":"2027-01-02T03:04:05Z"})");
}

TEST_CASE("rendering adds the defaults of what is left out") {
  CHECK(rendered("") == R"({"tags":[],"retryCount":0,"maxRetries":3})");
  CHECK(rendered("{}") == R"({"tags":[],"retryCount":0,"maxRetries":3})");
  CHECK(rendered(R"({"own":1})") == R"({"own":1,"tags":[],"retryCount":0,"maxRetries":3})");
  CHECK(rendered(R"({"maxRetries":9,"tags":["x"]})") == R"({"maxRetries":9,"tags":["x"],"retryCount":0})");
  const std::string full = R"({"retryCount":1,"maxRetries":2,"tags":["tags"],"nested":{"tags":1}})";
  CHECK(rendered(full) == full);
}

TEST_CASE("metadata reads back from what it is written as") {
  metadata facts;
  facts.project_id = "p\"";
  facts.user_id = "u";
  facts.session_id = "s";
  facts.tags = {"a", "\n"};
  facts.retry_count = 2;
  facts.max_retries = 0;
  facts.expires_at = parse_rfc3339("2027-01-02T03:04:05.678Z");
  const std::string json = to_json(facts);
  CHECK(json == R"({"projectId":"p\"","userId":"u","sessionId":"s","tags":["a","\n"],"retryCount":2,"maxRetries":0,)"
                R"("expiresAt":"2027-01-02T03:04:05.678Z"})");
  CHECK(to_json(parse_metadata(json).value()) == json);
}
