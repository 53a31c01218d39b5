#include "http_fake_face.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::transport;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

const std::string webhook = R"({"name":"w","topic":"project.*","endpoint":"https://example.com/hook"})";

json error_of(const outcome& result) { return body_of(result)["error"]; }

std::vector<std::string> pointers_of(const outcome& result) {
  const json error = error_of(result);
  std::vector<std::string> all;
  for (const json& one : error["details"]) all.push_back(one["pointer"]);
  return all;
}

}  // namespace

TEST_CASE("a subscription is made with a Location, hints, and the daemon's retry policy") {
  face_fixture fixture;
  fixture.face.hints = {topic_name::parse("project/member/added").value()};

  const outcome made = fixture.send("POST", "/subscriptions", webhook);

  REQUIRE(made.answer->status == 201);
  const json body = body_of(made);
  CHECK(header(made, "Location") == "/subscriptions/" + body["subscriptionId"].get<std::string>());
  CHECK(body["name"] == "w");
  CHECK(body["topic"] == "project/*");
  CHECK(body["channel"] == "webhook");
  CHECK(body["endpoint"] == "https://example.com/hook");
  CHECK(body["status"] == "active");
  CHECK(body["hints"] == json::array({"project/member/added"}));
  CHECK(fixture.face.kept.front().definition.options.retry.max_retries == 7);
}

TEST_CASE("the retry policy of a new subscription is what the configuration says by then") {
  face_fixture fixture;
  fixture.retry->set({.max_retries = 9});

  fixture.send("POST", "/subscriptions", webhook);

  CHECK(fixture.face.kept.front().definition.options.retry.max_retries == 9);
}

TEST_CASE("a Location is spelt as the request's path was") {
  face_fixture fixture;
  const outcome made = fixture.send("POST", "/api/v1/subscriptions", webhook);
  CHECK(header(made, "Location") == "/api/v1/subscriptions/" + body_of(made)["subscriptionId"].get<std::string>());
}

TEST_CASE("making one of a name that there is changes it, without a Location") {
  face_fixture fixture;
  fixture.send("POST", "/subscriptions", webhook);

  const outcome again =
      fixture.send("POST", "/api/v1/subscriptions", R"({"name":"w","topic":"#","endpoint":"http://example.com/"})");

  CHECK(again.answer->status == 200);
  CHECK(header(again, "Location").empty());
  CHECK(body_of(again)["topic"] == "#");
  CHECK(body_of(again)["hints"].empty());
  CHECK(fixture.face.kept.size() == 1);
}

TEST_CASE("a definition is refused with a pointer to each fault, before the broker sees it") {
  const std::vector<std::pair<std::string, std::string>> table{
      {R"({"endpoint":"http://a/"})", "/topic"},
      {R"({"topic":5,"endpoint":"http://a/"})", "/topic"},
      {R"({"topic":"a..b","endpoint":"http://a/"})", "/topic"},
      {R"({"topic":"a","endpoint":[]})", "/endpoint"},
      {R"({"topic":"a","channel":"pigeon"})", "/channel"},
      {R"({"topic":"a","channel":"pull","name":"a b"})", "/name"},
      {R"({"topic":"a","channel":"pull","colour":1})", "/colour"},
      {R"({"topic":"a","endpoint":"http://a/","options":{"batchSize":0}})", "/options/batchSize"},
      {R"({"topic":"a","channel":"pull","options":{"speed":1}})", "/options/speed"},
      {R"({"topic":"a","channel":"pull","options":{"retryPolicy":{"maxRetries":101}}})",
       "/options/retryPolicy/maxRetries"},
      {R"({"topic":"a","channel":"pull","filter":{"typos":["a"]}})", "/filter/typos"},
  };
  for (const auto& [body, pointer] : table) {
    INFO(body);
    face_fixture fixture;
    const outcome result = fixture.send("POST", "/subscriptions", body);
    CHECK(result.answer->status == 400);
    CHECK(result.answer->content_type == "application/problem+json");
    CHECK(error_of(result)["code"] == "invalid_request");
    CHECK(pointers_of(result) == std::vector{pointer});
    CHECK(fixture.face.kept.empty());
  }
}

TEST_CASE("bodies that are no definition are refused") {
  face_fixture fixture;
  for (const std::string& body : std::vector<std::string>{"", "{", "nul", "{\"topic\":\"\xFF\"}"}) {
    INFO(body);
    const outcome result = fixture.send("POST", "/subscriptions", body);
    CHECK(result.answer->status == (body.empty() ? 415 : 400));
  }
  CHECK(fixture.send("POST", "/subscriptions", "[]").answer->status == 400);
  CHECK(fixture.send("POST", "/subscriptions", webhook, "text/plain").answer->status == 415);
  CHECK(fixture.send("POST", "/subscriptions?dryRun=true", webhook).answer->status == 400);

  const std::string huge =
      R"({"topic":"a","channel":"pull","description":")" + std::string(std::size_t{1} << 20U, 'x') + R"("})";
  const unsigned status = fixture.send("POST", "/subscriptions", huge).answer->status;
  CHECK((status == 400 || status == 413));
  CHECK(fixture.face.kept.empty());
}

TEST_CASE("what the broker refuses is answered as it says") {
  face_fixture fixture;
  fixture.face.refusal = failure{.code = errc::invalid_request,
                                 .message = "this endpoint is refused",
                                 .details = {{.pointer = "/endpoint", .message = "is a link-local address"}}};
  const outcome refused = fixture.send("POST", "/subscriptions", webhook);
  CHECK(refused.answer->status == 400);
  CHECK(pointers_of(refused) == std::vector<std::string>{"/endpoint"});

  fixture.face.refusal = failure{.code = errc::conflict, .message = "the ordering is fixed"};
  CHECK(fixture.send("POST", "/subscriptions", webhook).answer->status == 409);

  fixture.face.refusal = failure{.code = errc::store_unavailable, .message = "no store", .retry_after = 2s};
  const outcome away = fixture.send("GET", "/subscriptions");
  CHECK(away.answer->status == 503);
  CHECK(header(away, "Retry-After") == "2");
}

TEST_CASE("a subscription is found by its id and by its name") {
  face_fixture fixture;
  const std::string id = to_string(fixture.add("orders.v2").id);

  for (const std::string& which : {id, std::string{"orders.v2"}, std::string{"orders%2Ev2"}}) {
    INFO(which);
    const outcome found = fixture.send("GET", "/subscriptions/" + which);
    CHECK(found.answer->status == 200);
    CHECK(body_of(found)["subscriptionId"] == id);
  }
  const outcome absent = fixture.send("GET", "/subscriptions/other");
  CHECK(absent.answer->status == 404);
  CHECK(error_of(absent)["code"] == "not_found");
  CHECK(fixture.send("GET", "/subscriptions/").answer->status == 404);
  CHECK(fixture.send("PUT", "/subscriptions/orders.v2").answer->status == 405);
}

TEST_CASE("subscriptions are listed in pages") {
  face_fixture fixture;
  fixture.add("a");
  fixture.add("b");

  const json page = body_of(fixture.send("GET", "/subscriptions?limit=2&cursor=here"));

  CHECK(fixture.face.list_asked == std::pair{std::string{"here"}, 2U});
  CHECK(page["subscriptions"].size() == 2);
  CHECK(page["total"] == 2);
  CHECK(page["nextCursor"] == "next");
  CHECK(body_of(fixture.send("GET", "/subscriptions"))["total"] == 2);
  CHECK(fixture.face.list_asked == std::pair{std::string{}, 100U});
  for (const std::string_view query : {"limit=0", "limit=1001", "limit=x", "cursor=", "name=a"}) {
    INFO(query);
    CHECK(fixture.send("GET", "/subscriptions?" + std::string{query}).answer->status == 400);
  }
}

TEST_CASE("a change is a merge patch: what it does not name stays") {
  face_fixture fixture;
  fixture.send("POST", "/subscriptions", webhook);

  const outcome changed = fixture.send("PATCH", "/subscriptions/w", R"({"options":{"batchSize":20},"description":"d"})",
                                       "application/merge-patch+json");

  CHECK(changed.answer->status == 200);
  CHECK(body_of(changed)["options"]["batchSize"] == 20);
  CHECK(body_of(changed)["topic"] == "project/*");
  const subscription_definition& kept = fixture.face.kept.front().definition;
  CHECK(kept.options.batch_size == 20);
  CHECK(kept.description == "d");
  CHECK(kept.endpoint == "https://example.com/hook");

  const outcome reset = fixture.send("PATCH", "/subscriptions/w", R"({"description":null})", "application/json");
  CHECK(reset.answer->status == 200);
  CHECK(fixture.face.kept.front().definition.description.empty());
}

TEST_CASE("a change that is wrong changes nothing") {
  face_fixture fixture;
  fixture.send("POST", "/subscriptions", webhook);
  const subscription_definition before = fixture.face.kept.front().definition;

  const outcome invalid = fixture.send("PATCH", "/subscriptions/w", R"({"options":{"batchSize":"many"}})");
  CHECK(invalid.answer->status == 400);
  CHECK(pointers_of(invalid) == std::vector<std::string>{"/options/batchSize"});
  CHECK(fixture.send("PATCH", "/subscriptions/w", R"({"channel":"pull"})").answer->status == 400);
  CHECK(fixture.send("PATCH", "/subscriptions/w", "[]").answer->status == 400);
  CHECK(fixture.send("PATCH", "/subscriptions/w", "{}", "application/json-patch+json").answer->status == 415);
  CHECK(fixture.send("PATCH", "/subscriptions/other", "{}").answer->status == 404);
  const outcome huge = fixture.send("PATCH", "/subscriptions/w", std::string(300'000, ' ') + "{}");
  CHECK(huge.answer->status == 413);
  CHECK(error_of(huge)["code"] == "too_large");

  CHECK(fixture.face.kept.front().definition == before);
}

TEST_CASE("a deleted subscription is gone") {
  face_fixture fixture;
  fixture.add("a");
  const outcome gone = fixture.send("DELETE", "/subscriptions/a");
  CHECK(gone.answer->status == 204);
  CHECK(gone.answer->body.empty());
  CHECK(fixture.send("DELETE", "/subscriptions/a").answer->status == 404);
}
