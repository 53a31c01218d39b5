#include "explain_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using namespace std::chrono_literals;
using enum stage_verdict;

TEST_CASE("an event is judged by every stage, and the one that refuses it is named") {
  explain_fixture f;
  struct row {
    std::string_view pattern;
    std::string filter;
    priority least;
    std::optional<delivery_stage> refusing;
  };
  for (const row& r : {
           row{"order.#", "", priority::low, {}},
           row{"invoice.#", "", priority::low, delivery_stage::pattern},
           row{"#", "", priority::high, delivery_stage::priority},
           row{"#", R"({"types":["test.*"]})", priority::low, {}},
           row{"#", R"({"types":["other.*"]})", priority::low, delivery_stage::filter},
           row{"#", R"({"payload":{"cost":{"gt":100}}})", priority::low, delivery_stage::filter},
           row{"#", R"({"payload":{"cost":{"gt":5}}})", priority::low, {}},
       }) {
    CAPTURE(r.pattern, r.filter);
    auto definition = f.webhook("s", r.pattern);
    definition.filter = r.filter;
    definition.options.least_priority = r.least;
    f.create(definition);

    const auto explained = f.explain(f.publish(make_event("order/created", R"({"cost":10})")), "s");

    CHECK(explained.matches == !r.refusing);
    for (const explained_stage& each : explained.stages) {
      INFO(to_string(each.stage) << ": " << each.detail);
      CHECK((each.verdict == refused) == (each.stage == r.refusing));
    }
    CHECK((explained.delivery.state == delivery_fate::unmatched) == r.refusing.has_value());
  }
}

TEST_CASE("the clause of a filter that refuses an event is told with what it wanted and found") {
  explain_fixture f;
  auto definition = f.webhook("s");
  definition.filter = R"({"payload":{"order.cost":{"gt":100}}})";
  f.create(definition);
  SECTION("a value that does not do") {
    const auto stage =
        stage_of(f.explain(f.publish(make_event("a", R"({"order":{"cost":42}})")), "s"), delivery_stage::filter);
    CHECK(stage.clause == "payload");
    CHECK(stage.path == "order.cost");
    CHECK(stage.wanted == R"({"gt":100})");
    CHECK(stage.found == "42");
    CHECK(stage.detail == R"(payload order.cost: wanted {"gt":100}, found 42)");
  }
  SECTION("no value") {
    const auto stage = stage_of(f.explain(f.publish(make_event("a")), "s"), delivery_stage::filter);
    CHECK(stage.found.empty());
    CHECK(stage.detail == R"(payload order.cost: wanted {"gt":100}, found nothing)");
  }
}

TEST_CASE("an event from before a subscription began is refused by its origin") {
  explain_fixture f;
  const event_id early = f.publish_one("a");
  f.create(f.webhook("s"));

  const auto explained = f.explain(early, "s");

  CHECK_FALSE(explained.matches);
  CHECK(verdict_of(explained, delivery_stage::origin) == refused);
  CHECK(verdict_of(explained, delivery_stage::pattern) == passed);
}

TEST_CASE("an event is judged by the rule that held when it was published") {
  explain_fixture f;
  auto definition = f.webhook("s", "a");
  f.create(definition);
  const event_id before = f.publish_one("a");
  definition.topics = {pattern("b")};
  f.create(definition);
  const event_id after = f.publish_one("a");

  CHECK(f.explain(before, "s").matches);
  CHECK_FALSE(f.explain(after, "s").matches);
}

TEST_CASE("the outcome of an event is told as far as it has come") {
  explain_fixture f;
  auto definition = f.webhook("s");
  definition.options.retry = {.max_retries = 1, .initial_delay = 1000ms, .jitter = false};
  f.create(definition);
  const event_id first = f.publish_one("a");
  const event_id second = f.publish_one("a");

  auto delivery = f.explain(first, "s").delivery;
  CHECK(delivery.state == delivery_fate::in_flight);
  CHECK(delivery.attempts == 1);
  delivery = f.explain(second, "s").delivery;
  CHECK(delivery.state == delivery_fate::waiting);
  CHECK(delivery.lane == priority::normal);
  CHECK(delivery.before == 0);
  CHECK(verdict_of(f.explain(second, "s"), delivery_stage::consumer) == holds);

  f.receiver().settle_next(test::refused("HTTP 400"));
  f.settle();
  delivery = f.explain(first, "s").delivery;
  CHECK(delivery.state == delivery_fate::retrying);
  CHECK(delivery.attempts == 1);
  CHECK(delivery.due == f.time.now() + 1000ms);
  CHECK(delivery.last_error == "HTTP 400");
  REQUIRE(delivery.log.size() == 1);

  f.receiver().settle_next(ok());
  f.advance(2000ms);
  f.receiver().settle_next(test::refused("HTTP 422"));
  f.settle();
  delivery = f.explain(first, "s").delivery;
  CHECK(delivery.state == delivery_fate::dead_letter);
  CHECK(delivery.attempts == 2);
  REQUIRE(delivery.dead);
  CHECK(delivery.dead->reason == "HTTP 422");
  CHECK(delivery.dead->state == dead_letter_state::open);
  CHECK(delivery.delivered() == false);

  delivery = f.explain(second, "s").delivery;
  CHECK(delivery.state == delivery_fate::acknowledged);
  CHECK(delivery.delivered() == true);
}

TEST_CASE("what the floor has passed is told by the log of attempts, or by the ledger where that is certain") {
  explain_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  auto definition = f.webhook("s");
  SECTION("by the ledger: nothing was expired or skipped around it") {
    f.create(definition);
    const event_id id = f.publish_one("a");
    f.advance(100ms);
    // Until then it is remembered.
    f.crash();
    const auto delivery = f.explain(id, "s").delivery;
    CHECK(delivery.state == delivery_fate::acknowledged);
    CHECK_FALSE(delivery.acknowledged_at);
    CHECK(delivery.attempts == 1);
  }
  SECTION("by the log, with its time") {
    definition.options.delivery_log = delivery_log_mode::full;
    f.create(definition);
    const event_id id = f.publish_one("a");
    f.advance(100ms);
    const auto delivery = f.explain(id, "s").delivery;
    CHECK(delivery.state == delivery_fate::acknowledged);
    CHECK(delivery.acknowledged_at);
    CHECK(delivery.attempts == 1);
  }
  SECTION("not certain where some around it were skipped") {
    f.create(definition);
    const event_id delivered = f.publish_one("a");
    f.pause("s");
    const event_id skipped = f.publish_one("a");
    f.resume("s", {.how = resume_request::mode::skip});
    f.advance(100ms);
    f.crash();
    for (const event_id id : {delivered, skipped}) {
      const auto delivery = f.explain(id, "s").delivery;
      CHECK(delivery.state == delivery_fate::settled);
      CHECK_FALSE(delivery.delivered());
      CHECK(delivery.detail.find("1 acknowledged, 1 skipped") != std::string::npos);
    }
    // Behind the skip it is certain, whatever is skipped around it.
    const event_id after = f.publish_one("a");
    f.advance(100ms);
    CHECK(f.explain(after, "s").delivery.state == delivery_fate::acknowledged);
  }
  SECTION("of one that is yet to expire it is certain that it has not") {
    f.create(definition);
    f.pause("s");
    auto record = make_event("a");
    record->expires_at = f.time.now() + 1000ms;
    f.publish(record);
    f.advance(2000ms);
    f.resume("s");
    auto lasting = make_event("a");
    lasting->expires_at = f.time.now() + 3600s;
    const event_id id = f.publish(lasting);
    f.advance(100ms);
    CHECK(f.explain(id, "s").delivery.state == delivery_fate::acknowledged);
  }
  SECTION("a skip that reaches less far takes nothing back") {
    f.create(definition);
    f.pause("s");
    const event_id first = f.publish_one("a");
    f.publish_one("a");
    f.resume("s", {.how = resume_request::mode::skip});
    f.advance(100ms);
    f.pause("s");
    f.resume("s", {.how = resume_request::mode::last, .keep = 2});
    f.advance(100ms);
    CHECK(f.explain(first, "s").delivery.state == delivery_fate::skipped);
  }
}

TEST_CASE("what keeps a delivery from going now is told") {
  explain_fixture f;
  auto definition = f.webhook("s");
  definition.options.retry.max_retries = 50;
  SECTION("a pause") {
    f.create(definition);
    f.pause("s");
    const auto explained = f.explain(f.publish_one("a"), "s");
    CHECK(explained.matches);
    CHECK(verdict_of(explained, delivery_stage::pause) == holds);
    CHECK(stage_of(explained, delivery_stage::pause).detail == "paused");
    CHECK(explained.delivery.state == delivery_fate::waiting);
  }
  SECTION("a circuit breaker") {
    f.receiver().answer = [](const auto&) { return unreachable(); };
    f.create(definition);
    f.publish("a", 8);
    f.receiver().answer = nullptr;
    const auto explained = f.explain(f.publish_one("a"), "s");
    CHECK(verdict_of(explained, delivery_stage::breaker) == holds);
    CHECK(explained.delivery.state == delivery_fate::waiting);
  }
  SECTION("the rate limit") {
    definition.options.rate_limit_per_minute = 1;
    definition.options.max_concurrency = 10;
    f.create(definition);
    f.publish_one("a");
    const auto explained = f.explain(f.publish_one("a"), "s");
    CHECK(verdict_of(explained, delivery_stage::rate_limit) == holds);
    CHECK(verdict_of(explained, delivery_stage::consumer) == passed);
  }
  SECTION("nobody to take it") {
    definition.channel = channel_kind::pull;
    definition.endpoint.clear();
    f.create(definition);
    const auto explained = f.explain(f.publish_one("a"), "s");
    CHECK(verdict_of(explained, delivery_stage::consumer) == holds);
  }
}

TEST_CASE("an event held back behind its key says so") {
  explain_fixture f;
  auto definition = f.webhook("s");
  definition.options.ordering = delivery_ordering::topic;
  definition.options.retry = {.max_retries = 5, .initial_delay = 60000ms, .jitter = false};
  f.create(definition);
  f.publish_one("a");
  f.receiver().settle_next(test::refused());
  f.settle();

  const auto delivery = f.explain(f.publish_one("a"), "s").delivery;

  CHECK(delivery.state == delivery_fate::held_back);
  CHECK(delivery.ordering == "a");
}

TEST_CASE("an expired event is refused by its expiry") {
  explain_fixture f;
  f.create(f.webhook("s"));
  f.pause("s");
  auto record = make_event("a");
  record->expires_at = f.time.now() + 1000ms;
  const event_id id = f.publish(record);
  CHECK(verdict_of(f.explain(id, "s"), delivery_stage::expiry) == passed);

  f.advance(2000ms);
  CHECK(verdict_of(f.explain(id, "s"), delivery_stage::expiry) == refused);
  f.resume("s");
  f.advance(100ms);
  const auto explained = f.explain(id, "s");
  CHECK(explained.delivery.state == delivery_fate::expired);
  CHECK(verdict_of(explained, delivery_stage::expiry) == refused);
}

TEST_CASE("an event that is not published is judged by what holds now, and stored nowhere") {
  explain_fixture f;
  auto definition = f.webhook("s", "a");
  definition.filter = R"({"payload":{"x":1}})";
  f.create(definition);

  auto record = make_event("a", R"({"x":1})");
  auto explained = f.explain_unpublished(*record, "s");
  CHECK(explained.matches);
  CHECK(explained.delivery.state == delivery_fate::expected);

  record->expires_at = f.time.now();
  CHECK(f.explain_unpublished(*record, "s").delivery.state == delivery_fate::expired);
  record->payload = R"({"x":2})";
  CHECK(f.explain_unpublished(*record, "s").delivery.state == delivery_fate::unmatched);
  CHECK(f.subject->counters().events_published == 0);
  CHECK(f.receiver().sent.empty());
}

TEST_CASE("a seek begins a generation: what it had before is still told") {
  explain_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  auto definition = f.webhook("s");
  definition.options.delivery_log = delivery_log_mode::full;
  f.create(definition);
  const event_id id = f.publish_one("a");
  f.publish_one("a");
  f.advance(100ms);
  f.seek("s", start_now{});

  const auto explained = f.explain(id, "s");

  CHECK_FALSE(explained.matches);
  CHECK(verdict_of(explained, delivery_stage::origin) == refused);
  CHECK(explained.delivery.state == delivery_fate::acknowledged);
  CHECK(explained.delivery.detail == "before the generation that holds now");
}

TEST_CASE("explanations and deliveries come in pages by name; the latter only of those that the event was for") {
  explain_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  for (int i = 0; i < 9; ++i) f.create(f.webhook("s" + std::to_string(i), i % 2 == 0 ? "a" : "b"));
  const event_id id = f.publish_one("a");
  f.advance(100ms);

  const auto first = f.explain(id, explain_request{.limit = 5});
  CHECK(first.total == 9);
  CHECK(first.next_cursor == "s4");
  CHECK(first.subscriptions.size() == 5);
  const auto second = f.explain(id, explain_request{.cursor = first.next_cursor, .limit = 5});
  CHECK(second.subscriptions.size() == 4);
  CHECK(second.next_cursor.empty());

  const auto some = f.deliveries(id, {.limit = 3});
  REQUIRE(some.deliveries.size() == 3);
  CHECK(some.deliveries[2].name == "s4");
  const auto rest = f.deliveries(id, {.cursor = some.next_cursor, .limit = 3});
  REQUIRE(rest.deliveries.size() == 2);
  CHECK(rest.deliveries[1].name == "s8");
  CHECK(rest.next_cursor.empty());
}

TEST_CASE("what does not exist is not found") {
  explain_fixture f;
  const event_id id = f.publish_one("a");
  std::optional<result<event_explanation>> explained;
  f.subject->explanations().explain(id, {.subscription = "nobody"}, f.into(explained));
  f.settle();
  CHECK(explained.value().error().code == errc::not_found);
  f.subject->explanations().explain(make_event("a")->id, {}, f.into(explained));
  f.settle();
  CHECK(explained.value().error().code == errc::not_found);
}

}  // namespace
}  // namespace eventmgr::test
