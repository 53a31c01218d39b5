#include "client/answer_reader.hpp"

#include <catch2/catch.hpp>

using namespace eventmgr;
using namespace eventmgr::client;

namespace {

http_answer answer(unsigned status, std::string type, std::string body) {
  return http_answer{status, std::move(type), std::move(body)};
}

}  // namespace

TEST_CASE("a problem document becomes its failure") {
  auto refused = answer(400, "application/problem+json; charset=utf-8",
                        R"({"type":"about:blank","title":"x","status":400,"detail":"d","instance":"/events",
                            "error":{"code":"invalid_event","message":"two faults","details":[
                              {"pointer":"/type","message":"is required"},{"pointer":"/a\"b","message":"m"}]}})");
  refused.retry_after = std::chrono::seconds{2};

  const auto why = read_failure(refused);

  CHECK(why == failure{errc::invalid_event,
                       "two faults",
                       {{"/type", "is required"}, {"/a\"b", "m"}},
                       std::chrono::milliseconds{2000}});
}

TEST_CASE("an answer that explains nothing is judged by its status") {
  struct row {
    unsigned status;
    errc code;
  };
  const auto cases = {row{401, errc::unauthenticated}, row{403, errc::forbidden},         row{404, errc::not_found},
                      row{409, errc::conflict},        row{413, errc::too_large},         row{429, errc::rate_limited},
                      row{418, errc::invalid_request}, row{503, errc::store_unavailable}, row{500, errc::internal},
                      row{302, errc::internal}};
  for (const auto& [status, code] : cases) {
    CAPTURE(status);
    for (const std::string type : {"text/html", "application/problem+json"}) {
      auto refused = answer(status, type, "<html>no</html>");
      CHECK(read_failure(refused).code == code);
    }
  }
}

TEST_CASE("a receipt is read, also with members that are not known") {
  std::string json = R"({"success":true,"new":{"x":[1,{}]},"eventId":"0190163d-8694-739b-aea5-966c26f8ad90",
                         "topic":"a/b","seq":42,"partition":3,"duplicate":true,"message":"m"})";
  const auto receipt = read_publish_receipt(json);
  REQUIRE(receipt.has_value());
  CHECK(to_string(receipt->id) == "0190163d-8694-739b-aea5-966c26f8ad90");
  CHECK(receipt->topic.str() == "a/b");
  CHECK(receipt->seq == offset{42});
  CHECK(receipt->partition == partition_id{3});
  CHECK(receipt->duplicate);
}

TEST_CASE("a batch has a result for each event") {
  std::string json = R"({"success":false,"failedCount":1,"results":[
      {"success":false,"error":{"code":"too_large","message":"m","details":[]}},
      {"success":true,"eventId":"0190163d-8694-739b-aea5-966c26f8ad90","topic":"a","seq":1,"partition":0,"duplicate":false}]})";
  const auto batch = read_batch_receipt(json);
  REQUIRE(batch.has_value());
  CHECK(batch->failed == 1);
  REQUIRE(batch->results.size() == 2);
  CHECK(batch->results[0].error().code == errc::too_large);
  CHECK(batch->results[1]->seq == offset{1});
}

TEST_CASE("records of a page keep their spelling") {
  std::string json =
      R"({"events":[{"a" : 1.0e2} , {"b":"\u00e9"}],"total":10000,"totalRelation":"gte","nextCursor":"c"})";
  const auto page = read_page(json, "events");
  REQUIRE(page.has_value());
  CHECK(page->items == std::vector<std::string>{R"({"a" : 1.0e2})", R"({"b":"\u00e9"})"});
  CHECK(page->total == 10000);
  CHECK_FALSE(page->total_is_exact);
  CHECK(page->next_cursor == "c");

  std::string last = R"({"events":[],"total":0,"totalRelation":"eq","nextCursor":null})";
  const auto end = read_page(last, "events");
  REQUIRE(end.has_value());
  CHECK(end->items.empty());
  CHECK(end->next_cursor.empty());
}

TEST_CASE("health is read with its document") {
  const auto health = read_health(R"({"status":"unhealthy","version":"1"})");
  REQUIRE(health.has_value());
  CHECK(health->state == health_state::unhealthy);
  CHECK(health->json == R"({"status":"unhealthy","version":"1"})");
}

TEST_CASE("anything that is not of the agreed form is a failure, not a crash") {
  for (const std::string text :
       {"", "x", "[]", "{}", "null", "{\"results\":3}", "{\"events\":[1]}", "{\"status\":\"fine\"}", "{\"eventId\":7}",
        "{\"eventId\":\"x\"}", "{\"error\":1,\"results\":[[]]}", "{\"a\":"}) {
    CAPTURE(text);
    auto copy = text;
    CHECK(read_publish_receipt(copy).has_error());
    copy = text;
    CHECK(read_page(copy, "events").has_error());
    CHECK(read_health(text).has_error());
    copy = "{\"results\":[" + text + "]}";
    const auto batch = read_batch_receipt(copy);
    CHECK((batch.has_error() || batch->failed == batch->results.size()));
    auto refused = answer(400, "application/problem+json", text);
    CHECK(read_failure(refused).code == errc::invalid_request);
  }
}
