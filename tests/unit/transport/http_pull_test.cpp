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

leased_event leased(std::string ack_id, std::string event_json, std::uint32_t attempt = 1, bool replay = false) {
  leased_event made{.ack_id = std::move(ack_id)};
  made.event.json = std::make_shared<const std::string>(std::move(event_json));
  made.event.attempt = attempt;
  made.event.replay = replay;
  return made;
}

}  // namespace

TEST_CASE("a pull asks for so many events and waits for so long") {
  const std::vector<std::pair<std::string, std::pair<std::uint32_t, std::chrono::milliseconds>>> table{
      {"", {100, 0ms}},
      {"{}", {100, 0ms}},
      {R"({"max":1})", {1, 0ms}},
      {R"({"max":1000,"waitMs":60000})", {1000, 60s}},
      {R"({"wait_ms":5})", {100, 5ms}},
  };
  for (const auto& [body, expected] : table) {
    INFO(body);
    face_fixture fixture;
    fixture.add("s");
    outcome result;
    fixture.start(result, make_request("POST", "/subscriptions/s/pull", body));
    REQUIRE(fixture.face.pulls.size() == 1);
    CHECK(fixture.face.pulls[0].which == "s");
    CHECK(fixture.face.pulls[0].max == expected.first);
    CHECK(fixture.face.pulls[0].wait == expected.second);
    CHECK_FALSE(*fixture.face.pulls[0].cancelled);
    CHECK_FALSE(result.answer);
  }
}

TEST_CASE("a pull is answered with events and what to acknowledge them by") {
  face_fixture fixture;
  fixture.add("s");
  outcome result;
  fixture.start(result, make_request("POST", "/subscriptions/s/pull"));

  fixture.face.pulls[0].done(std::vector{leased("k1", R"({"id":1})"), leased("k2", R"({"id":2})", 3, true)});
  result.run_posted();

  REQUIRE(result.answer);
  CHECK(result.answer->status == 200);
  CHECK(body_of(result) == json::parse(R"({"events":[{"ackId":"k1","attempt":1,"event":{"id":1}},
                                                      {"ackId":"k2","attempt":3,"replay":true,"event":{"id":2}}]})"));
}

TEST_CASE("a pull that finds nothing is no failure") {
  face_fixture fixture;
  fixture.add("s");
  outcome result;
  fixture.start(result, make_request("POST", "/subscriptions/s/pull", R"({"waitMs":10})"));
  fixture.face.pulls[0].done(std::vector<leased_event>{});
  result.run_posted();
  CHECK(result.answer->status == 200);
  CHECK(body_of(result) == json{{"events", json::array()}});
}

TEST_CASE("a client that goes away cancels its wait") {
  face_fixture fixture;
  fixture.add("s");
  outcome result;
  fixture.start(result, make_request("POST", "/subscriptions/s/pull", R"({"waitMs":60000})"));
  REQUIRE(result.give_up);

  result.give_up();

  CHECK(*fixture.face.pulls[0].cancelled);
  // To a client that has only said that it will send no more.
  REQUIRE(result.answer);
  CHECK(body_of(result) == json{{"events", json::array()}});
  fixture.face.pulls.clear();
  result.give_up();
}

TEST_CASE("a pull that is wrong is refused at once") {
  face_fixture fixture;
  fixture.add("s");
  for (const std::string_view body :
       {R"({"max":0})", R"({"max":1001})", R"({"max":"1"})", R"({"max":1.5})", R"({"waitMs":-1})",
        R"({"waitMs":60001})", R"({"waitMs":18446744073709551616})", R"({"count":1})", "[]", "1", "{"}) {
    INFO(body);
    CHECK(fixture.send("POST", "/subscriptions/s/pull", std::string{body}).answer->status == 400);
  }
  CHECK(fixture.send("POST", "/subscriptions/s/pull", "{}", "text/plain").answer->status == 415);
  CHECK(fixture.send("POST", "/subscriptions/s/pull?max=1").answer->status == 400);
  CHECK(fixture.send("POST", "/subscriptions/other/pull").answer->status == 404);
  CHECK(fixture.face.pulls.empty());
  fixture.face.refusal = failure{.code = errc::conflict, .message = "its channel is webhook"};
  CHECK(fixture.send("POST", "/subscriptions/s/pull").answer->status == 409);
}

TEST_CASE("events are acknowledged by id, or with a result each") {
  face_fixture fixture;
  fixture.add("s");
  fixture.face.summary = {.accepted = 1, .ignored = {"b"}};

  const outcome acked = fixture.send("POST", "/subscriptions/s/ack", R"({"ackIds":["a","b"]})");

  CHECK(acked.answer->status == 200);
  CHECK(body_of(acked) == json{{"accepted", 1}, {"ignored", {"b"}}});
  REQUIRE(fixture.face.acknowledged.size() == 2);
  CHECK(fixture.face.acknowledged[1].ack_id == "b");
  CHECK(fixture.face.acknowledged[1].success);

  fixture.send("POST", "/subscriptions/s/ack",
               R"({"results":[{"ackId":"a","success":false,"retry":false,"error":"no","metadata":{"code":7}},
                              {"ack_id":"b"}]})");
  REQUIRE(fixture.face.acknowledged.size() == 2);
  const lease_result& failed = fixture.face.acknowledged[0];
  CHECK_FALSE(failed.success);
  CHECK_FALSE(failed.retry);
  CHECK(failed.error == "no");
  CHECK(failed.metadata == R"({"code":7})");
  CHECK(fixture.face.acknowledged[1].success);
}

TEST_CASE("an acknowledgement that is wrong is refused with a pointer") {
  const std::vector<std::pair<std::string, std::string>> table{
      {R"({"ackIds":"a"})", "/ackIds"},
      {R"({"ackIds":[5]})", "/ackIds/0"},
      {R"({"results":[{"success":true}]})", "/results/0/ackId"},
      {R"({"results":[{"ackId":"a","success":"yes"}]})", "/results/0/success"},
      {R"({"results":[{"ackId":"a","metadata":[]}]})", "/results/0/metadata"},
      {R"({"results":{}})", "/results"},
      {R"({"ackIds":["a"],"all":true})", "/all"},
  };
  face_fixture fixture;
  fixture.add("s");
  for (const auto& [body, pointer] : table) {
    INFO(body);
    const outcome result = fixture.send("POST", "/subscriptions/s/ack", body);
    CHECK(result.answer->status == 400);
    const json details = body_of(result)["error"]["details"];
    REQUIRE(details.size() == 1);
    CHECK(details[0]["pointer"] == pointer);
  }
  for (const std::string_view body : {"{}", "[]", "{", R"({"ackIds":[]})"}) {
    INFO(body);
    CHECK(fixture.send("POST", "/subscriptions/s/ack", std::string{body}).answer->status == 400);
  }
  CHECK(fixture.send("POST", "/subscriptions/s/ack").answer->status == 415);
  CHECK(fixture.face.acknowledged.empty());
}

TEST_CASE("ten thousand results are taken, and not one more") {
  face_fixture fixture;
  fixture.add("s");
  const auto send = [&](std::size_t count) {
    json ids = json::array();
    for (std::size_t i = 0; i < count; ++i) ids.push_back(std::to_string(i));
    return fixture.send("POST", "/subscriptions/s/ack", json{{"ackIds", ids}}.dump()).answer->status;
  };
  const unsigned refused = send(10'001);
  CHECK((refused == 400 || refused == 413));
  CHECK(fixture.face.acknowledged.empty());
  CHECK(send(10'000) == 200);
  CHECK(fixture.face.acknowledged.size() == 10'000);
}
