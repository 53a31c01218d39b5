#include "transport/common/problem_json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

using namespace eventmgr;
using namespace eventmgr::transport;

TEST_CASE("a failure becomes a problem of RFC 9457") {
  const failure why{.code = errc::invalid_event,
                    .message = "the event \"x\" is invalid",
                    .details = {{.pointer = "/type", .message = "is required"}}};

  const http_response answer = problem_response(why, "/events?x=1");

  CHECK(answer.status == 400);
  CHECK(answer.content_type == "application/problem+json");
  const auto expected = nlohmann::json::parse(R"({
    "type": "about:blank", "title": "Bad Request", "status": 400, "detail": "the event \"x\" is invalid",
    "instance": "/events", "error": {"code": "invalid_event", "message": "the event \"x\" is invalid",
                                     "details": [{"pointer": "/type", "message": "is required"}]}})");
  CHECK(nlohmann::json::parse(answer.body) == expected);
}

TEST_CASE("details are an array also when there are none") {
  std::string out;
  append_error(out, {.code = errc::not_found, .message = "no"});
  CHECK(out == R"({"code":"not_found","message":"no","details":[]})");
}

TEST_CASE("a problem that may pass says when to try again, in whole seconds") {
  using std::chrono::milliseconds;
  CHECK(problem_response({.code = errc::queue_full, .message = ""}, "/").headers.find("Retry-After") == "1");
  CHECK(problem_response({.code = errc::queue_full, .message = "", .retry_after = milliseconds{2500}}, "/")
            .headers.find("Retry-After") == "3");
  CHECK(problem_response({.code = errc::store_unavailable, .message = ""}, "/").headers.find("Retry-After") == "1");
  CHECK_FALSE(problem_response({.code = errc::invalid_event, .message = ""}, "/").headers.find("Retry-After"));
}

TEST_CASE("an instance is ASCII whatever the client sent") {
  const auto body = nlohmann::json::parse(problem_response({.message = "x"}, "/a\xFF\x01\"b").body);
  CHECK(body["instance"] == "/a%FF%01\"b");
}

TEST_CASE("each code has its status") {
  const std::vector<std::pair<errc, unsigned>> table{
      {errc::malformed_json, 400},         {errc::invalid_event, 400}, {errc::invalid_request, 400},
      {errc::unauthenticated, 401},        {errc::forbidden, 403},     {errc::not_found, 404},
      {errc::method_not_allowed, 405},     {errc::conflict, 409},      {errc::too_large, 413},
      {errc::unsupported_media_type, 415}, {errc::rate_limited, 429},  {errc::queue_full, 429},
      {errc::store_unavailable, 503},      {errc::shutting_down, 503}, {errc::internal, 500},
  };
  for (const auto& [code, status] : table) {
    INFO(to_string(code));
    CHECK(http_status(code) == status);
    CHECK(reason_phrase(status) != "Unknown");
  }
}
