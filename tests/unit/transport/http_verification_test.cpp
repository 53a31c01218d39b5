#include "http_fake_face.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace eventmgr;
using namespace eventmgr::test;
using nlohmann::json;
using namespace std::chrono_literals;

TEST_CASE("a proof is answered when it has come, with its problems") {
  face_fixture fixture;
  outcome result;
  fixture.start(result, make_request("POST", "/api/v1/verify"));
  REQUIRE_FALSE(result.answer);
  proof_report report{.problem_count = 2, .events = 12, .duration = 1500ms};
  report.problems = {{.check = proof_check::log, .seq = offset{5}, .message = "the event is missing"},
                     {.check = proof_check::dead_letters, .block = 0, .subscription = "s", .message = "no"}};
  report.partitions = {{.head = {13}, .first = {1}, .events = 12}};
  report.subscriptions = {{.name = "s", .generation = 2, .matched = 10, .acknowledged = 9, .exceptions = 1}};

  fixture.broker.verifier.done(std::move(report));
  result.run_posted();

  REQUIRE(result.answer);
  CHECK(result.answer->status == 200);
  const json body = json::parse(result.answer->body);
  CHECK(body["ok"] == false);
  CHECK(body["problemCount"] == 2);
  CHECK(body["problems"] == json::parse(R"([{"check":"log","partition":0,"offset":5,"message":"the event is missing"},
                        {"check":"deadLetters","partition":0,"block":0,"subscription":"s","message":"no"}])"));
  CHECK(body["partitions"] == json::parse(R"([{"partition":0,"head":13,"first":1,"events":12,"pruned":0}])"));
  CHECK(body["subscriptions"][0]["name"] == "s");
  CHECK(body["subscriptions"][0]["matched"] == 10);
  CHECK(body["subscriptions"][0]["exceptions"] == 1);
  CHECK(body["events"] == 12);
  CHECK(body["durationMs"] == 1500);
}

TEST_CASE("a proof ends when its caller has gone") {
  face_fixture fixture;
  outcome result;
  fixture.start(result, make_request("POST", "/verify"));
  REQUIRE(result.give_up);
  CHECK_FALSE(*fixture.broker.verifier.cancelled);

  result.give_up();

  CHECK(*fixture.broker.verifier.cancelled);
}

TEST_CASE("a proof while another runs is a conflict, and takes no body") {
  face_fixture fixture;
  outcome result;
  fixture.start(result, make_request("POST", "/verify"));
  fixture.broker.verifier.done(failure{.code = errc::conflict, .message = "another"});
  CHECK(result.answer->status == 409);

  CHECK(fixture.send("POST", "/verify", R"({"x":1})").answer->status == 400);
}

TEST_CASE("how far a proof has come can be asked") {
  face_fixture fixture;
  fixture.broker.verifier.at = {.running = true, .done = 500, .total = 2000};
  const outcome result = fixture.send("GET", "/verify");
  CHECK(json::parse(result.answer->body) == json::parse(R"({"running":true,"done":500,"total":2000})"));
  CHECK(header(result, "Cache-Control") == "no-store");
}
