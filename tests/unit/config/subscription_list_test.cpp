#include "config/config.hpp"
#include "config_fixture.hpp"

#include <catch2/catch.hpp>

using namespace eventmgr;
using namespace eventmgr::config;
using namespace std::chrono_literals;

TEST_CASE("retries are configured for all subscriptions") {
  const auto standard = config_file{"port: 1\n"}.load().values.retry;
  CHECK(standard == retry_policy{});

  const config_file file{
      "retry: {maxRetries: 9, backoffStrategy: linear, initialDelay: 500, maxDelay: 1m, jitter: false}\n"};
  const auto read = file.load();
  REQUIRE(file.lines(read.errors) == strings{});
  CHECK(read.values.retry == retry_policy{.max_retries = 9,
                                          .strategy = backoff_strategy::linear,
                                          .initial_delay = 500ms,
                                          .max_delay = 1min,
                                          .jitter = false});
}

TEST_CASE("subscriptions are declared as the API takes them") {
  const config_file file{R"(
subscriptions:
  - name: orders
    topic: ["orders.#", "*.paid"]
    endpoint: https://shop.example.org/hook
    description: Orders of 100 and more.
    filter:
      payload: {total: {gte: 100}, currency: EUR, gift: true, code: "007"}
    options:
      batch_size: 20
      startFrom: earliest
      retryPolicy: {maxRetries: 10}
  - {name: p, topic: "#", channel: pull}
retry: {initialDelay: 5s}
)"};

  const auto read = file.load();

  REQUIRE(file.lines(read.errors) == strings{});
  REQUIRE(read.values.subscriptions.size() == 2);
  const auto& orders = read.values.subscriptions[0];
  CHECK(orders.name == "orders");
  CHECK(orders.topics == std::vector{*topic_pattern::parse("orders/#"), *topic_pattern::parse("*/paid")});
  CHECK(orders.channel == channel_kind::webhook);
  CHECK(orders.filter == R"({"payload":{"total":{"gte":100},"currency":"EUR","gift":true,"code":"007"}})");
  CHECK(orders.options.batch_size == 20);
  CHECK(orders.options.start_from == start_point{start_earliest{}});
  // The file says more of retries after it; the whole counts.
  CHECK(orders.options.retry == retry_policy{.max_retries = 10, .initial_delay = 5s});
  CHECK(read.values.subscriptions[1].channel == channel_kind::pull);
}

TEST_CASE("retries from the environment complete subscriptions of the file") {
  const config_file file{"subscriptions: [{name: p, topic: a, channel: pull}]\n"};
  const auto read = load({file.path(), {{"EVENTMGR_RETRY_MAX_RETRIES", "8"}}, {}});
  REQUIRE(read.ok());
  CHECK(read.values.subscriptions.at(0).options.retry.max_retries == 8);
}

TEST_CASE("subscriptions may be given as text") {
  const auto read = load({"/dev/null", {}, {{"--set", "subscriptions", "[{name: p, topic: a, channel: pull}]"}}});
  REQUIRE(read.ok());
  CHECK(read.values.subscriptions.at(0).name == "p");
  CHECK(lines(load({"/dev/null", {}, {{"--set", "subscriptions", "[{name: p, topic: a}]"}}}).errors) ==
        strings{"command line: --set subscriptions[0].channel: is required where no endpoint implies it: webhook, "
                "websocket, stream or pull"});
  CHECK(lines(load({"/dev/null", {}, {{"--set", "subscriptions", "p,q"}}}).errors) ==
        strings{"command line: --set subscriptions: must be a list"});
}

TEST_CASE("every mistake in a subscription is reported at its place") {
  const config_file file{R"(retry:
  maxRetries: 101
  backoffStrategy: random
subscriptions:
  - name: a b
    topic: ["x", "y//z"]
    endpoint: ftp://h
    colour: red
    options:
      batchSize: 0
      batchSize: 1
      headers: {Host: x, X-Good: y}
      retryPolicy: {jitter: maybe}
    filter:
      payload: {cost: {near: 1}}
  - p
  - {name: q, channel: pull}
  - {topic: a, channel: pull}
  - {name: r, topic: a, channel: pull}
  - {name: r, topic: b, channel: pull}
  - {name: s, topic: 7, channel: pull, filter: }
)"};

  const auto mistakes = file.mistakes();

  const strings expected{
      "f.yaml:2:15: retry.maxRetries: must be between 0 and 100",
      "f.yaml:3:20: retry.backoffStrategy: must be fixed, linear or exponential",
      "f.yaml:5:11: subscriptions[0].name: must be 1 to 255 ASCII letters, digits, dots, dashes and underscores",
      "f.yaml:6:18: subscriptions[0].topic[1]: must not have an empty level",
      "f.yaml:7:15: subscriptions[0].endpoint: must be a URL of http, https, ws or wss",
      "f.yaml:8:13: subscriptions[0].colour: is not known",
      "f.yaml:10:18: subscriptions[0].options.batchSize: must be a whole number from 1 to 1000",
      "f.yaml:11:7: subscriptions[0].options.batchSize: is given twice",
      "f.yaml:12:23: subscriptions[0].options.headers.Host: is a header that cannot be set",
      "f.yaml:13:29: subscriptions[0].options.retryPolicy.jitter: must be true or false",
      "f.yaml:15:30: subscriptions[0].filter.payload.cost.near: is no operator; a value inside an object is named by "
      "its path, as \"order.cost\"",
      "f.yaml:16:5: subscriptions[1]: must be a subscription, as {name: orders, topic: \"orders.#\", endpoint: "
      "\"https://...\"}",
      "f.yaml:17:5: subscriptions[2].topic: is required",
      "f.yaml:18:5: subscriptions[3]: must have a name",
      "f.yaml:20:5: subscriptions[5]: r is declared twice",
      "f.yaml:21:22: subscriptions[6].topic: must be a pattern or a list of patterns",
      "f.yaml:21:40: subscriptions[6].filter: must be an object",
  };
  CHECK(mistakes == expected);
}
