#include "codec/handler_results.hpp"

#include <catch2/catch.hpp>

using namespace eventmgr;
using namespace eventmgr::codec;

namespace {

const std::vector<event_id> events{*event_id::parse("0190163d-8694-739b-aea5-966c26f8ad91"),
                                   *event_id::parse("0190163d-8694-739b-aea5-966c26f8ad92")};

std::string result_of(std::size_t event, const std::string& members) {
  return R"({"eventId":")" + to_string(events[event]) + '"' + members + '}';
}

handler_verdict verdict_of_one(std::string_view body) {
  return parse_handler_results(body, std::span{events}.first(1)).at(0);
}

}  // namespace

TEST_CASE("a body that is no handler result is success whatever it is") {
  const std::vector<std::string> bodies{
      "",
      "ok",
      "<html></html>",
      "[]",
      "true",
      "{}",
      "{\"success\":false",
      R"({"success":"false"})",
      R"({"success":0})",
      R"({"status":"failed"})",
      R"([{"success":false}])",
      R"({"error":"x","retry":false})",
      "{\"success\":false,\"error\":\"\xFF\"}",
      R"({"success":false} trailing)",
      R"({"success":false,"a":)" + std::string(100, '[') + std::string(100, ']') + '}',
      R"({"success":false,"pad":")" + std::string(max_handler_result_bytes, 'x') + "\"}",
      std::string(200'000, '{'),
      std::string("\0\0", 2),
  };
  for (const std::string& body : bodies) {
    INFO(body.substr(0, 60));
    CHECK(verdict_of_one(body) == handler_verdict{});
  }
}

TEST_CASE("a handler result speaks for its event") {
  struct row {
    std::string body;
    handler_verdict expected;
  };
  const std::vector<row> rows{
      {R"({"success":true})", {}},
      {R"({"success":true,"error":"ignored","metadata":{"ms": 5}})", {.metadata = R"({"ms":5})"}},
      {R"({"success":false})", {.success = false}},
      {R"(  {"success" : false, "error": "no stock", "retry": false} )",
       {.success = false, .retry = false, .error = "no stock"}},
      {R"({"success":false,"retry":"no","error":null})", {.success = false}},
      {R"({"success":false,"error":{"name":"E","message":"broken"}})", {.success = false, .error = "broken"}},
      {R"({"success":false,"error":{"code":5}})", {.success = false, .error = R"({"code":5})"}},
      {R"({"success":false,"error":42})", {.success = false, .error = "42"}},
      {R"({"success":false,"error":"a\u0000b"})", {.success = false, .error = "a b"}},
      {R"({"success":false,"metadata":[1]})", {.success = false}},
      {R"({"success":false,"metadata":{"m":")" + std::string(4096, 'x') + R"("}})", {.success = false}},
      {R"({"success":true,"success":false})", {.success = false}},
      {R"({"success":true,"results":[)" + result_of(0, R"(,"success":false,"error":"e")") + "]}",
       {.success = false, .error = "e"}},
  };
  for (const row& each : rows) {
    INFO(each.body.substr(0, 80));
    CHECK(verdict_of_one(each.body) == each.expected);
  }
}

TEST_CASE("an error is cut between two characters") {
  const auto said = verdict_of_one(R"({"success":false,"error":")" + std::string(1023, 'x') + "\xC3\xA9\"}");
  CHECK(said.error == std::string(1023, 'x'));
}

TEST_CASE("a batch is answered event by event") {
  const handler_verdict good;
  const handler_verdict bad{.success = false};
  struct row {
    std::string body;
    handler_verdict first;
    handler_verdict second;
  };
  const std::vector<row> rows{
      {R"({"success":false})", bad, bad},
      {R"({"results":[]})", good, good},
      {R"({"results":"none"})", good, good},
      {R"({"results":[)" + result_of(1, R"(,"success":false)") + "]}", good, bad},
      {R"({"success":false,"results":[)" + result_of(0, R"(,"success":true)") + "]}", good, bad},
      {R"({"success":false,"results":[)" + result_of(0, "") + "]}", bad, bad},
      {R"({"results":[1,null,{"success":false},{"eventId":7,"success":false}]})", good, good},
      {R"({"results":[{"event_id":")" + to_string(events[0]) + R"(","success":false}]})", bad, good},
      {R"({"results":[)" + result_of(0, R"(,"success":false)") + ',' + result_of(0, R"(,"success":true)") + "]}", bad,
       good},
      {R"({"results":[)" + result_of(0, R"(,"success":true)") + ',' + result_of(0, R"(,"success":false)") + "]}", bad,
       good},
  };
  for (const row& each : rows) {
    INFO(each.body);
    CHECK(parse_handler_results(each.body, events) == std::vector{each.first, each.second});
  }
}
