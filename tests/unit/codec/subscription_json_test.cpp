#include "codec/json_subscription_texts.hpp"
#include "unit/codec/subscription_fixture.hpp"

#include <nlohmann/json.hpp>

using namespace eventmgr;
using namespace eventmgr::codec;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

subscription_info some_info() {
  subscription_info info;
  info.id = *subscription_id::parse("0190163d-8694-739b-aea5-966c26f8ad91");
  info.definition = defined(R"({"name":"n","topic":"a.*","endpoint":"https://h/","filter":{"sources":["s"]},
    "options":{"secret":")" +
                            test_secret + R"(","headers":{"X-Api-Key":"k","X-Own":"1"},"maxBacklog":{"age":"1h"}}})");
  info.status = subscription_status::paused;
  info.status_reason = "by an operator";
  info.generation = 2;
  info.revision = 3;
  info.created_at = test_now;
  info.updated_at = test_now + 1s;
  return info;
}

/// One with every option away from its default.
subscription_definition everything() {
  subscription_definition made = some_info().definition;
  made.topics.push_back(*topic_pattern::parse("b.#"));
  made.description = "quote \" and é";
  subscription_options& options = made.options;
  options.least_priority = priority::critical;
  options.batch_size = 9;
  options.batch_wait = 1500ms;
  options.max_concurrency = 8;
  options.ordering = delivery_ordering::topic;
  options.ack_timeout = 90s;
  options.dead_letter_topic = *topic_name::parse("dead");
  options.rate_limit_per_minute = 10;
  options.start_from = position{{offset{7}}};
  options.realtime = true;
  options.fallback_webhook = "http://f";
  options.format = delivery_format::cloudevents;
  options.old_secret = retired_secret{.secret = next_secret, .until = test_now};
  options.compression = true;
  options.delivery_log = delivery_log_mode::full;
  options.max_backlog = backlog_limit{.age = {}, .events = 3};
  return made;
}

}  // namespace

TEST_CASE("a subscription is shown with its values in force and without its secrets") {
  const std::vector<topic_name> hints{*topic_name::parse("a/b/c")};
  CHECK(json::parse(to_json(some_info(), hints)) == json::parse(R"({
    "subscriptionId": "0190163d-8694-739b-aea5-966c26f8ad91", "name": "n", "topic": "a/*", "channel": "webhook",
    "endpoint": "https://h/", "filter": {"sources": ["s"]}, "description": "",
    "options": {"priority": "LOW", "batchSize": 1, "batchWaitMs": 0, "maxConcurrency": 1, "ordering": "priority",
      "ackTimeoutMs": 30000, "retryPolicy": {"maxRetries": 7, "backoffStrategy": "linear", "initialDelay": 1000,
      "maxDelay": 30000, "jitter": true}, "startFrom": "now", "realtime": false, "format": "native",
      "secret": "whsec_***", "headers": {"X-Api-Key": "***", "X-Own": "1"}, "compression": false,
      "deliveryLog": "failures", "maxBacklog": {"age": "1h"}},
    "status": "paused", "statusReason": "by an operator", "generation": 2, "revision": 3,
    "createdAt": "2026-01-02T02:50:45.678Z", "updatedAt": "2026-01-02T02:50:46.678Z", "hints": ["a/b/c"]})"));
  CHECK_FALSE(json::parse(to_json(some_info())).contains("hints"));
}

TEST_CASE("options that mean nothing to a channel are not shown") {
  subscription_info info = some_info();
  info.definition = defined(R"({"topic":["a","b"],"channel":"pull"})");
  info.status = subscription_status::active;
  info.status_reason.clear();
  const auto shown = json::parse(to_json(info));
  CHECK(shown["topic"] == json::parse(R"(["a","b"])"));
  CHECK(shown["options"]["maxConcurrency"] == 1000);
  CHECK(shown["filter"] == json::object());
  for (const char* name : {"batchSize", "batchWaitMs", "realtime", "format", "secret", "headers", "compression"}) {
    CAPTURE(name);
    CHECK_FALSE(shown["options"].contains(name));
  }
  CHECK_FALSE(shown.contains("endpoint"));
  CHECK_FALSE(shown.contains("statusReason"));
}

TEST_CASE("a page of subscriptions has a cursor, or null") {
  subscription_page page{.subscriptions = {some_info(), some_info()}, .total = 5, .next_cursor = "c"};
  const auto shown = json::parse(to_json(page));
  CHECK(shown["subscriptions"].size() == 2);
  CHECK(shown["total"] == 5);
  CHECK(shown["nextCursor"] == "c");
  CHECK(json::parse(to_json(subscription_page{}))["nextCursor"].is_null());
}

TEST_CASE("stats are shown lane by lane") {
  subscription_stats stats;
  stats.lag = {1, 2, 3, 4};
  stats.per_second = 2.5;
  stats.breaker = breaker_state::half_open;
  stats.breaker_until = test_now;
  stats.oldest_unsettled_age = 1500ms;
  stats.idle_reason = "paused";
  const auto shown = json::parse(to_json(stats));
  CHECK(shown["lag"] == json::parse(R"({"CRITICAL":1,"HIGH":2,"NORMAL":3,"LOW":4})"));
  CHECK(shown["totalLag"] == 10);
  CHECK(shown["perSecond"] == 2.5);
  CHECK(shown["breaker"] == json::parse(R"({"state":"half-open","until":"2026-01-02T02:50:45.678Z"})"));
  CHECK(shown["oldestUnsettledAgeMs"] == 1500);
  CHECK(shown["idleReason"] == "paused");
  CHECK(shown["lastError"].is_null());
  CHECK(shown["lastSuccessAt"].is_null());
}

TEST_CASE("a stored definition is loaded as it was") {
  const json_subscription_texts texts;
  const auto definitions = {
      everything(), some_info().definition,
      subscription_definition{.name = "c", .topics = {topic_pattern{}}, .channel = channel_kind::callback}};
  for (const subscription_definition& each : definitions) {
    const auto again = texts.load(texts.store(each));
    if (!again) FAIL(again.error().message);
    CHECK(*again == each);
  }
}

TEST_CASE("what another release wrote is loaded: additions are passed over, old bounds hold no more") {
  const json_subscription_texts texts;
  const auto loaded = texts.load(R"({"name":"n s","topic":"a","channel":"webhook","endpoint":"gopher://x",
    "filter":{"clauseOfLater":1},"new":{},"options":{"new":1,"batchSize":5000,"secret":"old",
    "retryPolicy":{"new":1},"maxBacklog":{"new":1}}})");
  if (!loaded) FAIL(loaded.error().message);
  CHECK(loaded->name == "n s");
  CHECK(loaded->options.batch_size == 1000);
  CHECK(loaded->options.secret == "old");
  CHECK_FALSE(loaded->options.max_backlog);
  CHECK(texts.load(texts.store(*loaded)).value() == *loaded);
  CHECK(loaded->filter == R"({"clauseOfLater":1})");
  CHECK(texts.filter(loaded->filter).has_error());

  CHECK(texts.load("rubbish").has_error());
  CHECK(texts.load("{}").has_error());
}

TEST_CASE("what decides matching has one spelling") {
  const json_subscription_texts texts;
  subscription_definition one = defined(R"({"topic":["b","a.*"],"channel":"pull","options":{"priority":1},
    "filter":{"tags":["t"],"types":["x"]}})");
  subscription_definition other = one;
  other.filter = R"({ "types":["x"], "tags":["t"] })";
  std::swap(other.topics[0], other.topics[1]);
  other.description = "elsewhere";
  const std::string matching = texts.matching(one);
  CHECK(matching == R"({"topics":["a/*","b"],"filter":{"types":["x"],"tags":["t"]},"priority":"HIGH"})");
  CHECK(texts.matching(other) == matching);

  const auto parts = texts.read_matching(matching);
  REQUIRE(parts.has_value());
  CHECK(parts->topics == std::vector{*topic_pattern::parse("a.*"), *topic_pattern::parse("b")});
  CHECK(parts->least == priority::high);
  CHECK(parts->filter == *texts.filter(one.filter));
  CHECK(texts.read_matching(R"({"topics":["a"],"filter":{},"priority":"LOW","new":1})").has_error());
  CHECK(texts.read_matching("{}").has_error());
}

TEST_CASE("a filter's faults point from its own root") {
  const json_subscription_texts texts;
  CHECK(texts.filter("")->passes_everything());
  CHECK(problems_of(refusal(texts.filter(R"({"colour":1})"))).contains("/colour"));
}
