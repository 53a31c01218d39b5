#include "codec/redelivery_codec.hpp"

#include "codec/json_redelivery_texts.hpp"
#include "unit/codec/codec_fixture.hpp"

#include <nlohmann/json.hpp>

#include <limits>

using namespace eventmgr;
using namespace eventmgr::codec;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const std::string first_id = "0190163d-8694-739b-aea5-966c26f8ad91";
const std::string second_id = "0190163d-8694-739b-aea5-966c26f8ad92";

topic_pattern pattern(const char* text) { return topic_pattern::parse(text).value(); }

requeue_request full_requeue() {
  requeue_request request;
  request.which.ids = {*dead_letter_id::parse(first_id), *dead_letter_id::parse(second_id)};
  request.which.subscription = "orders";
  request.which.topic = pattern("a/#");
  request.which.type = "a.b";
  request.which.reason = "HTTP 5";
  request.which.fingerprint = "0123456789abcdef";
  request.which.since = test_now - 1h;
  request.which.until = test_now;
  request.limit = 500;
  request.patch = R"({"cost":5,"note":null})";
  request.canary = 3;
  request.rate_per_second = 0.5;
  request.stop_on_failures = 10;
  return request;
}

replay_request full_replay() {
  return {.from = test_now - 1h,
          .to = offset{77},
          .topics = {pattern("a/#"), pattern("b/*")},
          .filter = R"({"types":["x.*"]})",
          .subscriptions = {"orders", first_id},
          .speed = 2.5};
}

}  // namespace

TEST_CASE("a request to requeue is read whole, in either spelling") {
  const auto body =
      parse_requeue(R"({"ids":["0190163d-8694-739b-aea5-966c26f8ad91","0190163D-8694-739B-AEA5-966C26F8AD92"],
    "subscription":"orders","topic":"a.#","type":"a.b","reason":"HTTP 5","fingerprint":"0123456789abcdef",
    "since":"1h","until":"2026-01-02T02:50:45.678Z","limit":500,"canary":3,"rate_per_second":0.5,
    "stop_on_failures":10,"patch":{"cost": 5, "note": null},"dryRun":true})",
                    test_now);

  REQUIRE(body.has_value());
  CHECK(body->request == full_requeue());
  CHECK(body->dry_run);

  const auto all = parse_requeue("{}", test_now);
  REQUIRE(all.has_value());
  CHECK(all->request == requeue_request{});
  CHECK_FALSE(all->dry_run);
}

TEST_CASE("every fault of a request to requeue is told at once") {
  const failure why = refusal(parse_requeue(
      R"({"ids":["x",5],"subscription":"","topic":"a..b","type":5,"reason":"","fingerprint":"XYZ","since":"yesterday",
      "until":5,"limit":0,"canary":1001,"ratePerSecond":-1,"stopOnFailures":1.5,"patch":[1],"dryRun":"yes","state":"open"})",
      test_now));

  CHECK(why.code == errc::invalid_request);
  const auto found = problems_of(why);
  for (const char* pointer :
       {"/ids/0", "/ids/1", "/subscription", "/topic", "/type", "/reason", "/fingerprint", "/since", "/until", "/limit",
        "/canary", "/ratePerSecond", "/stopOnFailures", "/patch", "/dryRun", "/state"}) {
    INFO(pointer);
    CHECK(found.contains(pointer));
  }
  CHECK(found.size() == 16);
  CHECK(found.at("/ratePerSecond") == "must be 0, or a number from 0.001 to 1000000");
}

TEST_CASE("an empty list of ids is not taken for all of them") {
  CHECK(problems_of(refusal(parse_requeue(R"({"ids":[]})", test_now))).at("/ids") == "must not be empty");
  CHECK(problems_of(refusal(parse_purge(R"({"ids":[]})", test_now))).at("/ids") == "must not be empty");
  CHECK(problems_of(refusal(parse_replay(R"({"subscriptions":[]})", test_now))).contains("/subscriptions"));
  CHECK(problems_of(refusal(parse_replay(R"({"topic":[]})", test_now))).contains("/topic"));
}

TEST_CASE("what is no JSON object is refused") {
  CHECK(refusal(parse_requeue("", test_now)).code == errc::malformed_json);
  CHECK(refusal(parse_requeue("[]", test_now)).code == errc::invalid_request);
  CHECK(refusal(parse_purge("{", test_now)).code == errc::malformed_json);
  CHECK(refusal(parse_replay("5", test_now)).code == errc::invalid_request);
}

TEST_CASE("one dead letter is requeued as it is, or with a patch") {
  CHECK(parse_requeue_patch("").value().empty());
  CHECK(parse_requeue_patch(" {} ").value().empty());
  CHECK(parse_requeue_patch(R"({"patch":{}})").value().empty());
  CHECK(parse_requeue_patch(R"({"patch": {"a": {"b": null}}})").value() == R"({"a":{"b":null}})");
  CHECK(problems_of(refusal(parse_requeue_patch(R"({"patch":null,"canary":1})"))).size() == 2);
  CHECK(refusal(parse_requeue_patch("{")).code == errc::malformed_json);
}

TEST_CASE("what is to be discarded is selected by the same filters") {
  const auto body = parse_purge(R"({"subscription":"orders","since":"1h","dryRun":true})", test_now);
  REQUIRE(body.has_value());
  CHECK(body->which.subscription == "orders");
  CHECK(body->which.since == test_now - 1h);
  CHECK(body->dry_run);
  CHECK_FALSE(body->limit);
  CHECK(parse_purge(R"({"limit":7})", test_now).value().limit == 7U);
  CHECK(problems_of(refusal(parse_purge(R"({"limit":0})", test_now))).contains("/limit"));
  const auto faults = problems_of(refusal(parse_purge(R"({"canary":5,"topic":"a..b"})", test_now)));
  CHECK(faults.size() == 2);
  CHECK(faults.at("/topic") == "must not have an empty level");
}

TEST_CASE("a request to replay is read whole") {
  const auto body = parse_replay(
      R"({"from":"1h","to":{"seq":77},"topic":["a.#","b.*","a/#"],"filter":{"includeTypes":["x.*"]},
      "subscriptions":["orders","0190163d-8694-739b-aea5-966c26f8ad91","orders"],"speed":2.5,"dry_run":true})",
      test_now);
  REQUIRE(body.has_value());
  CHECK(body->request == full_replay());
  CHECK(body->dry_run);

  const auto all = parse_replay(R"({"topic":"a","filter":{}})", test_now);
  REQUIRE(all.has_value());
  CHECK(all->request == replay_request{.topics = {pattern("a")}});
}

TEST_CASE("every fault of a request to replay is told at once") {
  const failure why = refusal(parse_replay(
      R"({"from":"yesterday","to":5,"topic":["a..b"],"filter":{"types":5,"odd":1},"subscriptions":"orders","speed":-1,
      "dryRun":1,"until":"now"})",
      test_now));
  const auto found = problems_of(why);
  for (const char* pointer :
       {"/from", "/to", "/topic/0", "/filter/types", "/filter/odd", "/subscriptions", "/speed", "/dryRun", "/until"}) {
    INFO(pointer);
    CHECK(found.contains(pointer));
  }
  CHECK(found.size() == 9);
}

TEST_CASE("requests are stored, and loaded as they were") {
  const json_redelivery_texts texts;
  CHECK(texts.load_requeue(texts.store(full_requeue())).value() == full_requeue());
  CHECK(texts.load_requeue(texts.store(requeue_request{})).value() == requeue_request{});
  CHECK(texts.load_replay(texts.store(full_replay())).value() == full_replay());
  CHECK(texts.load_replay(texts.store(replay_request{})).value() == replay_request{});
  const replay_request places{.from = position{{offset{5}}}, .to = start_now{}};
  CHECK(texts.load_replay(texts.store(places)).value() == places);
}

TEST_CASE("what a later release adds to a stored request is passed over, and its bounds are brought to ours") {
  const json_redelivery_texts texts;
  CHECK(texts.load_requeue(R"({"canary":5000,"ratePerSecond":1e9,"later":true})").value() ==
        requeue_request{.canary = requeue_request::max_canary, .rate_per_second = requeue_request::max_rate});
  CHECK(texts.load_replay(R"({"filter":{"later":1},"later":[]})").value() ==
        replay_request{.filter = R"({"later":1})"});
  CHECK(texts.load_replay("[]").has_error());
}

TEST_CASE("what a program asks for is checked as what a client sends is") {
  requeue_request spaced = full_requeue();
  spaced.patch = R"({ "cost": 5, "note": null })";
  CHECK(check_requeue(spaced).value() == full_requeue());
  CHECK(check_requeue({}).value() == requeue_request{});
  CHECK(problems_of(refusal(check_requeue({.patch = "[]"}))).contains("/patch"));
  CHECK(refusal(check_requeue({.patch = R"({},"canary":5)"})).code == errc::malformed_json);
  CHECK(problems_of(refusal(check_requeue({.limit = 0, .canary = 1001, .rate_per_second = -1}))).size() == 3);
  CHECK(refusal(check_requeue({.rate_per_second = std::numeric_limits<double>::quiet_NaN()})).details.size() == 1);

  replay_request spelt = full_replay();
  spelt.filter = R"({ "includeTypes": ["x.*"] })";
  CHECK(check_replay(spelt).value() == full_replay());
  CHECK(check_replay({.filter = "{}"}).value() == replay_request{});
  CHECK(problems_of(refusal(check_replay({.filter = R"({"odd":1})"}))).contains("/filter/odd"));
  CHECK(problems_of(refusal(check_replay({.subscriptions = {""}, .speed = 1e9}))).size() == 2);
}

TEST_CASE("a payload is merged with a patch") {
  const json_redelivery_texts texts;
  CHECK(texts.merge(R"({"a":1,"b":{"c":2,"d":3}})", R"({"a":null,"b":{"c":4},"e":5})") ==
        R"({"b":{"c":4,"d":3},"e":5})");
}

TEST_CASE("a plan shows its request and how far it has come") {
  requeue_plan plan{.id = *requeue_id::parse(first_id),
                    .request = {.which = {.subscription = "orders"}, .patch = R"({"a":1})", .canary = 2},
                    .status = requeue_status::stopped,
                    .status_reason = "2 failed",
                    .matched = 10,
                    .delivered = 5,
                    .failed = 2,
                    .skipped = 1,
                    .created_at = test_now,
                    .updated_at = test_now + 1s};
  const json expected = json::parse(R"({"planId":"0190163d-8694-739b-aea5-966c26f8ad91","status":"stopped",
    "statusReason":"2 failed","matched":10,"delivered":5,"failed":2,"skipped":1,
    "request":{"subscription":"orders","canary":2,"patch":{"a":1}},
    "createdAt":"2026-01-02T02:50:45.678Z","updatedAt":"2026-01-02T02:50:46.678Z"})");
  CHECK(json::parse(to_json(plan)) == expected);

  json made = expected;
  made.update({{"requeued", 10}, {"dryRun", false}});
  CHECK(json::parse(to_json_of_new(plan)) == made);
  CHECK(json::parse(to_json(requeue_page{.plans = {plan}, .total = 7, .next_cursor = "c"})) ==
        json{{"requeues", {expected}}, {"total", 7}, {"nextCursor", "c"}});

  plan.status_reason.clear();
  CHECK(json::parse(to_json(plan))["statusReason"].is_null());
}

TEST_CASE("previews tell what would be done") {
  CHECK(json::parse(to_json(requeue_preview{.matched = 2, .oldest = test_now, .newest = test_now + 1ms})) ==
        json::parse(R"({"matched":2,"requeued":0,"dryRun":true,"oldest":"2026-01-02T02:50:45.678Z",
                        "newest":"2026-01-02T02:50:45.679Z"})"));
  CHECK(json::parse(to_json(requeue_preview{}))["oldest"].is_null());
  CHECK(json::parse(purge_to_json(5, 0, true)) == json{{"matched", 5}, {"discarded", 0}, {"dryRun", true}});
  const replay_preview preview{.events_to_replay = 9,
                               .targets = {{.id = *subscription_id::parse(second_id), .name = "orders", .events = 9}},
                               .original_duration = 1500ms};
  CHECK(json::parse(to_json(preview)) ==
        json::parse(R"({"dryRun":true,"eventsToReplay":9,"originalDuration":1500,"subscriptions":[
          {"subscriptionId":"0190163d-8694-739b-aea5-966c26f8ad92","name":"orders","events":9}]})"));
}

TEST_CASE("a summary lists its groups") {
  const dead_letter_summary summary{.total = 3,
                                    .groups = {{.fingerprint = "0123456789abcdef",
                                                .reason = "order <n>",
                                                .example = "order 7",
                                                .newest_id = *dead_letter_id::parse(first_id),
                                                .count = 3,
                                                .oldest = test_now,
                                                .newest = test_now,
                                                .subscriptions = {{.name = "orders", .count = 3}},
                                                .topics = {{.name = "a/b", .count = 2}, {.name = "c", .count = 1}}}}};
  CHECK(json::parse(to_json(summary)) ==
        json::parse(R"({"total":3,"groups":[{"fingerprint":"0123456789abcdef","reason":"order <n>","example":"order 7",
          "newestId":"0190163d-8694-739b-aea5-966c26f8ad91","count":3,"oldest":"2026-01-02T02:50:45.678Z",
          "newest":"2026-01-02T02:50:45.678Z","subscriptions":[{"name":"orders","count":3}],
          "topics":[{"name":"a/b","count":2},{"name":"c","count":1}]}]})"));
}

TEST_CASE("a replay shows its request and how far it has come with each subscription") {
  replay_info replay{
      .id = *replay_id::parse(first_id),
      .request = {.topics = {pattern("a/#")}, .speed = 1},
      .status = replay_status::running,
      .events_to_replay = 10,
      .events_replayed = 4,
      .targets =
          {{.id = *subscription_id::parse(second_id), .name = "orders", .delivered = 3, .failed = 1, .done = false}},
      .created_at = test_now,
      .updated_at = test_now};
  const json expected = json::parse(R"({"replayId":"0190163d-8694-739b-aea5-966c26f8ad91","status":"running",
    "statusReason":null,"eventsToReplay":10,"eventsReplayed":4,"estimatedDuration":null,
    "request":{"from":"earliest","to":"now","topic":["a/#"],"speed":1.0},
    "subscriptions":[{"subscriptionId":"0190163d-8694-739b-aea5-966c26f8ad92","name":"orders","delivered":3,"failed":1,
                      "done":false}],
    "createdAt":"2026-01-02T02:50:45.678Z","updatedAt":"2026-01-02T02:50:45.678Z"})");
  CHECK(json::parse(to_json(replay)) == expected);
  CHECK(json::parse(to_json(replay_page{.replays = {replay}, .total = 1}))["replays"][0] == expected);

  replay.estimated_duration = 1500ms;
  CHECK(json::parse(to_json(replay))["estimatedDuration"] == 1500);
}
