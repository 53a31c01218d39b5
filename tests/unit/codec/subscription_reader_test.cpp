#include "unit/codec/subscription_fixture.hpp"

#include <vector>

using namespace eventmgr;
using namespace eventmgr::codec;
using namespace std::chrono_literals;

TEST_CASE("a definition of topic and endpoint gets every default") {
  const auto made = defined(R"({"topic":"project.*","endpoint":"https://example.org/hook"})");

  subscription_definition expected;
  expected.topics = {*topic_pattern::parse("project/*")};
  expected.channel = channel_kind::webhook;
  expected.endpoint = "https://example.org/hook";
  expected.options.retry = test_defaults().retry;
  CHECK(made == expected);
}

TEST_CASE("everything that a definition can say is read") {
  const auto made = defined(R"({
    "name": "aas.v1_x-2", "topic": ["project.#", "a/*"], "channel": "websocket", "endpoint": "wss://[::1]:8443/e?x=1",
    "filter": {"types": ["project.*"]}, "description": "Grün.",
    "options": {"priority": "HIGH", "batchSize": 20, "batchWaitMs": "1s", "maxConcurrency": 3, "ordering": "key",
      "ackTimeoutMs": 5000, "retryPolicy": {"maxRetries": 0, "backoffStrategy": "fixed", "initialDelay": "2s",
      "maxDelay": 4000, "jitter": false}, "deadLetterTopic": "dead.letters", "rateLimitPerMinute": 60,
      "startFrom": "earliest", "realtime": true, "fallbackWebhook": "http://localhost:1/f", "format": "legacy",
      "secret": ")" + test_secret +
                            R"(", "headers": {"Authorization": "Bearer x", "X-Own": ""}, "compression": true,
      "deliveryLog": "full", "maxBacklog": {"age": "7d", "events": 5}}})");

  CHECK(made.name == "aas.v1_x-2");
  CHECK(made.topics == std::vector{*topic_pattern::parse("project/#"), *topic_pattern::parse("a/*")});
  CHECK(made.channel == channel_kind::websocket);
  CHECK(made.endpoint == "wss://[::1]:8443/e?x=1");
  CHECK(made.filter == R"({"types":["project.*"]})");
  CHECK(made.description == "Grün.");
  subscription_options options;
  options.least_priority = priority::high;
  options.batch_size = 20;
  options.batch_wait = 1s;
  options.max_concurrency = 3;
  options.ordering = delivery_ordering::key;
  options.ack_timeout = 5s;
  options.retry = {
      .max_retries = 0, .strategy = backoff_strategy::fixed, .initial_delay = 2s, .max_delay = 4s, .jitter = false};
  options.dead_letter_topic = *topic_name::parse("dead/letters");
  options.rate_limit_per_minute = 60;
  options.start_from = start_earliest{};
  options.realtime = true;
  options.fallback_webhook = "http://localhost:1/f";
  options.format = delivery_format::legacy;
  options.secret = test_secret;
  options.headers = {{"Authorization", "Bearer x"}, {"X-Own", ""}};
  options.compression = true;
  options.delivery_log = delivery_log_mode::full;
  options.max_backlog = backlog_limit{.age = 7 * 24h, .events = 5};
  CHECK(made.options == options);
}

TEST_CASE("names may be in snake_case, and connectionType is the channel") {
  const auto made = defined(R"({"topic":"a","connection_type":"pull","options":{"max_concurrency":4,
    "retry_policy":{"max_retries":1,"backoff_strategy":"fixed"},"delivery_log":"full","ack_timeout_ms":"1m"},
    "filter":{"exclude_types":["b"]}})");
  CHECK(made.channel == channel_kind::pull);
  CHECK(made.options.max_concurrency == 4);
  CHECK(made.options.retry.max_retries == 1);
  CHECK(made.options.ack_timeout == 1min);
  CHECK(made.filter == R"({"excludeTypes":["b"]})");
}

TEST_CASE("an endpoint implies its channel, and the channel its concurrency") {
  struct row {
    const char* members;
    channel_kind channel;
    std::uint32_t concurrency;
  };
  for (const row& each : {row{R"("endpoint":"http://h/")", channel_kind::webhook, 1},
                          row{R"("endpoint":"HTTPS://h")", channel_kind::webhook, 1},
                          row{R"("endpoint":"ws://h:1")", channel_kind::websocket, 1},
                          row{R"("endpoint":"wss://h?q")", channel_kind::websocket, 1},
                          row{R"("channel":"stream")", channel_kind::stream, 1000},
                          row{R"("connectionType":"pull")", channel_kind::pull, 1000}}) {
    INFO(each.members);
    const auto made = defined(R"({"topic":"#",)" + std::string{each.members} + '}');
    CHECK(made.channel == each.channel);
    CHECK(made.options.max_concurrency == each.concurrency);
  }
}

TEST_CASE("realtime with a fallback and nothing else is a webhook to that address") {
  const auto made = defined(R"({"topic":"#","options":{"batchSize":20,"realtime":true,
    "fallbackWebhook":"https://aas-service:3005/events/webhook"}})");
  CHECK(made.channel == channel_kind::webhook);
  CHECK(made.endpoint == "https://aas-service:3005/events/webhook");
  CHECK(made.options.realtime);
  CHECK(made.options.fallback_webhook.empty());
}

TEST_CASE("a part of a retry policy is completed from the configuration's") {
  const auto made = defined(with_options(R"({"retryPolicy":{"initialDelay":50}})"));
  auto expected = test_defaults().retry;
  expected.initial_delay = 50ms;
  CHECK(made.options.retry == expected);
}

TEST_CASE("startFrom is read in every form") {
  struct row {
    const char* text;
    start_point start;
  };
  const position place{{offset{35}}};
  for (const row& each :
       {row{R"("now")", start_now{}}, row{R"("earliest")", start_earliest{}},
        row{R"("2026-01-02T00:00:00Z")", *parse_rfc3339("2026-01-02T00:00:00Z")}, row{R"("5m")", test_now - 5min},
        row{R"({"seq":12})", offset{12}}, row{R"({"position":"p1-z"})", place}, row{R"("p1-z")", place}}) {
    INFO(each.text);
    CHECK(defined(with_options(R"({"startFrom":)" + std::string{each.text} + '}')).options.start_from == each.start);
  }
}

TEST_CASE("equal patterns are one, and a filter that passes everything is none") {
  const auto made = defined(R"({"topic":["a.b","a/b"],"channel":"pull","filter":{"projectScoped":false}})");
  CHECK(made.topics.size() == 1);
  CHECK(made.filter.empty());
}

TEST_CASE("each fault of a definition is reported under its pointer") {
  struct row {
    std::string json;
    std::string pointer;
    std::string message;
  };
  const std::string names = "must be 1 to 255 ASCII letters, digits, dots, dashes and underscores";
  const std::vector<row> rows{
      {R"({"channel":"pull"})", "/topic", "is required"},
      {R"({"topic":1,"channel":"pull"})", "/topic", "must be a pattern or a list of patterns"},
      {R"({"topic":[],"channel":"pull"})", "/topic", "must not be empty"},
      {R"({"topic":["a",null],"channel":"pull"})", "/topic/1", "must be a string"},
      {R"({"topic":["a","b//c"],"channel":"pull"})", "/topic/1", "empty level"},
      {R"({"topic":"a"})", "/channel", "is required where no endpoint implies it"},
      {R"({"topic":"a","channel":"callback"})", "/channel", "must be webhook, websocket, stream or pull"},
      {R"({"topic":"a","channel":"sink"})", "/channel", "must be webhook, websocket, stream or pull"},
      {R"({"topic":"a","connectionType":"x"})", "/connectionType", "must be webhook, websocket, stream or pull"},
      {R"({"topic":"a","channel":"pull","connectionType":"pull"})", "/connectionType", "is given beside"},
      {R"({"topic":"a","channel":"webhook"})", "/endpoint", "is required"},
      {R"({"topic":"a","channel":"pull","endpoint":"http://h"})", "/endpoint", "means nothing to the channel pull"},
      {R"({"topic":"a","channel":"webhook","endpoint":"ws://h"})", "/endpoint", "must be an http:// or https:// URL"},
      {R"({"topic":"a","endpoint":"ftp://h"})", "/endpoint", "must be a URL of http, https, ws or wss"},
      {R"({"topic":"a","endpoint":7})", "/endpoint", "must be a string"},
      {webhook(R"(,"name":"")"), "/name", names},
      {webhook(R"(,"name":"a b")"), "/name", names},
      {webhook(R"(,"name":7)"), "/name", names},
      {webhook(R"(,"name":")" + std::string(256, 'n') + "\""), "/name", names},
      {webhook(R"(,"description":null)"), "/description", "must be a string"},
      {webhook(R"(,"description":")" + std::string(4097, 'd') + "\""), "/description", "more than 4096 bytes"},
      {webhook(R"(,"colour":1)"), "/colour", "is not known"},
      {webhook(R"(,"oldSecret":{})"), "/oldSecret", "is not known"},
      {webhook(R"(,"options":{},"options":{})"), "/options", "is given more than once"},
      {webhook(R"(,"options":[])"), "/options", "must be an object"},
      {webhook(R"(,"filter":[])"), "/filter", "must be an object"},
      {webhook(R"(,"filter":{"colour":1})"), "/filter/colour", "is not known"},
      {webhook(R"(,"filter":{"payload":{"a":{"near":1}}})"), "/filter/payload/a/near", "is no operator"},
      {with_options(R"({"colour":1})"), "/options/colour", "is not known"},
      {with_options(R"({"batchSize":1,"batch_size":1})"), "/options/batch_size", "is given more than once"},
      {with_options(R"({"priority":"URGENT"})"), "/options/priority", "must be CRITICAL, HIGH, NORMAL or LOW"},
      {with_options(R"({"batchSize":0})"), "/options/batchSize", "from 1 to 1000"},
      {with_options(R"({"batchSize":1001})"), "/options/batchSize", "from 1 to 1000"},
      {with_options(R"({"batchSize":1.5})"), "/options/batchSize", "must be a whole number"},
      {with_options(R"({"batchSize":"1"})"), "/options/batchSize", "must be a whole number"},
      {with_options(R"({"batchSize":99999999999999999999})"), "/options/batchSize", "must be a whole number"},
      {with_options(R"({"batchWaitMs":60001})"), "/options/batchWaitMs", "of at most 1m"},
      {with_options(R"({"batchWaitMs":18446744073709551615})"), "/options/batchWaitMs", "of at most 1m"},
      {with_options(R"({"maxConcurrency":1001})"), "/options/maxConcurrency", "from 1 to 1000"},
      {with_options(R"({"ordering":"fifo"})"), "/options/ordering", "must be priority, topic or key"},
      {with_options(R"({"ackTimeoutMs":99})"), "/options/ackTimeoutMs", "from 100ms to 1h"},
      {with_options(R"({"ackTimeoutMs":"2h"})"), "/options/ackTimeoutMs", "from 100ms to 1h"},
      {with_options(R"({"ackTimeoutMs":"soon"})"), "/options/ackTimeoutMs", "must be milliseconds, or a duration"},
      {with_options(R"({"retryPolicy":5})"), "/options/retryPolicy", "must be an object"},
      {with_options(R"({"retryPolicy":{"maxRetries":101}})"), "/options/retryPolicy/maxRetries", "from 0 to 100"},
      {with_options(R"({"retryPolicy":{"backoffStrategy":"random"}})"), "/options/retryPolicy/backoffStrategy",
       "must be fixed, linear or exponential"},
      {with_options(R"({"retryPolicy":{"jitter":1}})"), "/options/retryPolicy/jitter", "must be true or false"},
      {with_options(R"({"retryPolicy":{"delay":1}})"), "/options/retryPolicy/delay", "is not known"},
      {with_options(R"({"deadLetterTopic":"a.*"})"), "/options/deadLetterTopic", "wildcard"},
      {with_options(R"({"deadLetterTopic":1})"), "/options/deadLetterTopic", "must be a string"},
      {with_options(R"({"rateLimitPerMinute":0})"), "/options/rateLimitPerMinute", "from 1 to"},
      {with_options(R"({"startFrom":"later"})"), "/options/startFrom", "must be \"now\", \"earliest\""},
      {with_options(R"({"startFrom":{"seq":1,"position":"p1-1"}})"), "/options/startFrom", "must be \"now\""},
      {with_options(R"({"startFrom":{"seq":-1}})"), "/options/startFrom", "must be \"now\""},
      {with_options(R"({"realtime":"yes"})"), "/options/realtime", "must be true or false"},
      {with_options(R"({"fallbackWebhook":"http://h"})"), "/options/fallbackWebhook", "means nothing to the channel"},
      {with_options(R"({"format":"xml"})"), "/options/format", "must be native, cloudevents or legacy"},
      {with_options(R"({"secret":"whsec_***"})"), "/options/secret", "base64 of 24 to 64 bytes"},
      {with_options(R"({"secret":"generate"})"), "/options/secret", "base64 of 24 to 64 bytes"},
      {with_options(R"({"headers":[]})"), "/options/headers", "must be an object"},
      {with_options(R"({"headers":{"Host":"x"}})"), "/options/headers/Host", "cannot be set"},
      {with_options(R"({"headers":{"X":1}})"), "/options/headers/X", "must be a string"},
      {with_options(R"({"headers":{"X-A":"1","x-a":"2"}})"), "/options/headers/x-a", "is given more than once"},
      {with_options(R"({"deliveryLog":"none"})"), "/options/deliveryLog", "must be failures or full"},
      {with_options(R"({"maxBacklog":{}})"), "/options/maxBacklog", "must have age, events or both"},
      {with_options(R"({"maxBacklog":{"age":"1ms"}})"), "/options/maxBacklog/age", "from 1s to"},
      {with_options(R"({"maxBacklog":{"events":0}})"), "/options/maxBacklog/events", "from 1 to"},
      {R"({"topic":"a","channel":"pull","options":{"batchSize":2}})", "/options/batchSize", "channel pull"},
      {R"({"topic":"a","channel":"pull","options":{"secret":")" + test_secret + "\"}}", "/options/secret",
       "means nothing to the channel pull"},
      {R"({"topic":"a","channel":"stream","options":{"headers":{}}})", "/options/headers", "channel stream"},
      {R"({"topic":"a","channel":"stream","options":{"realtime":true}})", "/options/realtime", "channel stream"},
      {R"({"topic":"a","endpoint":"ws://h","options":{"secret":")" + test_secret + "\"}}", "/options/secret",
       "means nothing to a websocket without fallbackWebhook"},
      {R"({"topic":"a","endpoint":"ws://h","options":{"fallbackWebhook":"ws://h"}})", "/options/fallbackWebhook",
       "must be an http:// or https:// URL"},
      {"[]", "", "must be an object"},
      {R"({"topic":"\u0000"})", "", "must not hold U+0000"},
      {std::string(65, '[') + std::string(65, ']'), "", "is nested too deeply"},
      {std::string(max_definition_bytes + 1, ' '), "", "must not have more than 256 KiB"},
  };
  for (const row& each : rows) {
    INFO(each.json.substr(0, 200));
    const failure reason = refusal(parse_subscription(each.json, test_defaults()));
    CHECK(reason.code == errc::invalid_request);
    REQUIRE(reason.details.size() == 1);
    CHECK(reason.details[0].pointer == each.pointer);
    CHECK_THAT(reason.details[0].message, Catch::Contains(each.message));
  }
}

TEST_CASE("all faults of a definition are reported at once") {
  const failure reason = refusal(parse_subscription(
      R"({"name":"a b","topic":["x y","b"],"endpoint":"ws://h","colour":1,"filter":{"tags":1},
          "options":{"batchSize":0,"retryPolicy":{"maxRetries":-1},"headers":{"Host":"x"}}})",
      test_defaults()));
  const auto found = problems_of(reason);
  for (const char* pointer : {"/name", "/topic/0", "/colour", "/filter/tags", "/options/batchSize",
                              "/options/retryPolicy/maxRetries", "/options/headers/Host"}) {
    CAPTURE(pointer);
    CHECK(found.contains(pointer));
  }
  CHECK(found.size() == 7);
}

TEST_CASE("what is no JSON is told apart") {
  for (const std::string json : {"", "{", "{\"topic\":\"\xFF\"}", "{} {}", "nul"}) {
    INFO(json);
    CHECK(refusal(parse_subscription(json, test_defaults())).code == errc::malformed_json);
  }
}

TEST_CASE("a subscribe message makes a stream of its pieces") {
  const auto made = parse_attachment({.durable = R"( "aas" )",
                                      .topic = R"(["project.#"])",
                                      .filter = R"({ "sources" : ["s"] })",
                                      .options = R"({"batchSize":10})",
                                      .since = R"("5m")"},
                                     test_defaults());
  REQUIRE(made.has_value());
  CHECK(made->name == "aas");
  CHECK(made->channel == channel_kind::stream);
  CHECK(made->topics.size() == 1);
  CHECK(made->filter == R"({"sources":["s"]})");
  CHECK(made->options.batch_size == 10);
  CHECK(made->options.max_concurrency == 1000);
  CHECK(made->options.start_from == start_point{test_now - 5min});

  const auto bare = parse_attachment({.durable = R"("aas")"}, test_defaults());
  REQUIRE(bare.has_value());
  CHECK(bare->topics.empty());
}

TEST_CASE("faults of a subscribe message point into the message") {
  const auto found = problems_of(refusal(parse_attachment({.durable = "1",
                                                           .topic = R"(["a//b"])",
                                                           .filter = "[]",
                                                           .options = R"({"secret":"x","startFrom":"now"})",
                                                           .since = R"("now")"},
                                                          test_defaults())));
  for (const char* pointer : {"/durable", "/topic/0", "/filter", "/options/secret", "/since"}) {
    CAPTURE(pointer);
    CHECK(found.contains(pointer));
  }
  CHECK(refusal(parse_attachment({.topic = "{"}, test_defaults())).code == errc::malformed_json);
}
