#include "proof_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace eventmgr::test {
namespace {

using seqs = std::vector<std::uint64_t>;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a failed delivery is tried again as the policy says, then becomes a dead letter with every attempt") {
  delivery_fixture f;
  f.create(f.webhook("s"));
  f.receiver().answer = [](const auto&) { return refused(); };
  const event_id id = f.publish_one("a");
  f.publish_one("b");

  CHECK(f.receiver().seqs() == seqs{1, 2});
  f.advance(milliseconds{1100});
  CHECK(f.receiver().seqs() == seqs{1, 2, 1, 2});
  f.advance(milliseconds{2100});
  f.advance(milliseconds{4100});
  CHECK(f.receiver().seqs() == seqs{1, 2, 1, 2, 1, 2, 1, 2});
  CHECK(f.receiver().sent.back().front().attempt == 4);
  f.advance(milliseconds{100});

  const auto letters = f.dead_letters();
  REQUIRE(letters.size() == 2);
  const auto first =
      std::find_if(letters.begin(), letters.end(), [&](const auto& each) { return each.record.id == id; });
  REQUIRE(first != letters.end());
  CHECK(first->reason == "HTTP 400");
  CHECK(first->retry_count == 3);
  CHECK(first->attempts.size() == 4);
  CHECK(first->subscription_name == "s");
  const auto stats = f.stats("s");
  CHECK(stats.dead == 2);
  CHECK(stats.matched == 2);
  CHECK(stats.exceptions == 0);
}

TEST_CASE("attempts and due time of an exception survive a crash") {
  delivery_fixture f;
  f.create(f.webhook("s"));
  f.receiver().answer = [](const auto&) { return refused(); };
  f.publish_one("a");
  f.advance(milliseconds{500});
  f.crash();
  f.publish_one("b");
  CHECK(f.receiver().seqs() == seqs{1, 2});
  f.advance(milliseconds{550});
  REQUIRE(f.receiver().seqs() == seqs{1, 2, 1});
  CHECK(f.receiver().sent.back().front().attempt == 2);
  CHECK(f.stats("s").exceptions == 2);
}

TEST_CASE("an event that is settled after a crash before the scan comes to it is counted once") {
  delivery_fixture f;
  auto definition = f.webhook("s");
  definition.options.max_concurrency = 600;
  f.create(definition);
  f.publish("a", 600);
  // All are in flight; one far above the floor gets its answer.
  std::swap(f.receiver().pending.front(), f.receiver().pending[549]);
  const bool refused_for_good = GENERATE(true, false);
  f.receiver().settle_next(
      {.outcome = refused_for_good ? delivery_result::verdict::reject : delivery_result::verdict::retry});
  f.advance(milliseconds{100});
  f.receiver().sent.clear();
  f.receiver().answer = [](const auto&) { return ok(); };
  f.time.advance(seconds{2});

  f.crash();
  f.advance(seconds{1});

  const seqs sent = f.receiver().seqs();
  CHECK(std::count(sent.begin(), sent.end(), 550) == (refused_for_good ? 0 : 1));
  const auto stats = f.stats("s");
  CHECK(stats.matched == 600);
  CHECK(stats.acknowledged == (refused_for_good ? 599 : 600));
  CHECK(stats.dead == (refused_for_good ? 1 : 0));
  CHECK(lines_of(prove_now(*f.store)) == std::vector<std::string>{});
}

TEST_CASE("the publisher may ask for fewer attempts, not for more") {
  delivery_fixture f;
  f.create(f.webhook("s"));
  f.receiver().answer = [](const auto&) { return refused(); };
  auto fewer = make_event("a");
  fewer->metadata = R"({"maxRetries":1})";
  auto more = make_event("a");
  more->metadata = R"({"maxRetries":9})";
  f.subject->publish({fewer, more}, [](const auto&) {});
  f.settle();
  f.advance(seconds{60});

  const auto letters = f.dead_letters();
  REQUIRE(letters.size() == 2);
  for (const auto& letter : letters) CHECK(letter.retry_count == (letter.record.seq.value == 1 ? 1U : 3U));
}

TEST_CASE("a limit on attempts is only one of the metadata's own") {
  delivery_fixture f;
  auto definition = f.webhook("s");
  definition.options.retry = {.max_retries = 5, .initial_delay = milliseconds{10}, .jitter = false};
  f.create(definition);
  f.receiver().answer = [](const auto&) { return refused(); };
  auto other = make_event("a");
  other->metadata = R"({"job":{"maxRetries":9}})";
  f.subject->publish({other}, [](const auto&) {});
  f.settle();
  f.advance(seconds{5});
  REQUIRE(f.dead_letters().size() == 1);
  CHECK(f.dead_letters()[0].retry_count == 5);
}

TEST_CASE("a receiver that never wants an event makes it a dead letter at once") {
  delivery_fixture f;
  f.create(f.webhook("s"));
  f.receiver().answer = [](const auto&) {
    return delivery_result{.outcome = delivery_result::verdict::reject, .status = 200, .error = "bad order"};
  };
  f.publish_one("a");
  f.advance(milliseconds{100});
  REQUIRE(f.dead_letters().size() == 1);
  CHECK(f.dead_letters()[0].reason == "bad order");
}

TEST_CASE("a copy goes to the dead letter topic, once, and not back to where it came from") {
  delivery_fixture f;
  auto definition = f.webhook("s");
  definition.options.dead_letter_topic = topic("dead");
  definition.options.retry.max_retries = 0;
  f.receiver().answer = [](const auto&) { return refused(); };
  f.create(definition);
  auto listener = f.webhook("listener", "dead");
  listener.endpoint = "https://listener.test/";
  listener.options.dead_letter_topic = topic("dead");
  listener.options.retry.max_retries = 0;
  f.channels.at(listener.endpoint).answer = [](const auto&) { return refused(); };
  f.create(listener);

  const event_id id = f.publish_one("a");
  f.advance(seconds{5});

  REQUIRE(f.channels.at(listener.endpoint).seqs() == seqs{2});
  const event& copy = *f.channels.at(listener.endpoint).sent[0][0].record;
  CHECK(copy.topic == topic("dead"));
  CHECK(copy.causation_id == id);
  CHECK(f.receiver().seqs() == seqs{1});
  CHECK(f.dead_letters().size() == 2);
}

TEST_CASE("a dead letter copy that somebody puts right and publishes anew is an event like any other") {
  delivery_fixture f;
  auto definition = f.webhook("s");
  definition.options.dead_letter_topic = topic("dead");
  definition.options.retry.max_retries = 0;
  f.receiver().answer = [](const auto&) { return refused(); };
  f.create(definition);
  f.publish_one("a");
  f.advance(seconds{1});
  REQUIRE(f.dead_letters().size() == 1);
  const std::vector<offset> copies{offset{2}, offset{4}};
  const auto copy = f.store->read_events({.places = copies}).events.at(0);

  auto repaired = make_event("a");
  repaired->metadata = copy->metadata;
  repaired->causation_id = copy->causation_id;
  f.subject->publish({repaired}, [](const auto&) {});
  f.settle();
  f.advance(seconds{1});

  CHECK(f.receiver().seqs() == seqs{1, 3});
  // It is given up as any other: with a copy, whose metadata has one mark.
  const auto both = f.store->read_events({.places = copies}).events;
  REQUIRE(both.size() == 2);
  CHECK(both[1]->causation_id == repaired->id);
  CHECK(both[1]->metadata == copy->metadata);
  CHECK(f.dead_letters().size() == 2);
  CHECK(lines_of(prove_now(*f.store)) == std::vector<std::string>{});
}

TEST_CASE("Retry-After takes the place of the computed delay") {
  delivery_fixture f;
  f.create(f.webhook("s"));
  f.receiver().answer = [](const auto&) {
    return delivery_result{
        .outcome = delivery_result::verdict::retry, .status = 429, .error = "HTTP 429", .retry_after = seconds{7}};
  };
  f.publish_one("a");
  f.advance(milliseconds{6900});
  CHECK(f.receiver().seqs() == seqs{1});
  f.advance(milliseconds{200});
  CHECK(f.receiver().seqs() == seqs{1, 1});
}

TEST_CASE("410 pauses the subscription and spends no attempt") {
  delivery_fixture f;
  f.create(f.webhook("s"));
  f.receiver().answer = [](const auto&) {
    return delivery_result{.outcome = delivery_result::verdict::gone, .status = 410, .error = "HTTP 410"};
  };
  f.publish("a", 2);
  f.advance(seconds{5});
  CHECK(f.info("s").status == subscription_status::paused);
  CHECK(f.info("s").status_reason == "the endpoint answered 410 Gone");
  f.receiver().answer = [](const auto&) { return ok(); };
  f.receiver().sent.clear();
  f.resume("s");
  f.advance(milliseconds{100});
  CHECK(f.receiver().seqs() == seqs{1, 2});
  CHECK(f.receiver().sent[0][0].attempt == 1);
}

TEST_CASE("a delivery that outlasts its time on a subscription that also takes consumers does not stop the others") {
  delivery_fixture f;
  auto definition = f.webhook("s");
  definition.options.realtime = true;
  f.create(definition);
  f.publish_one("a");
  f.advance(seconds{40});
  CHECK(f.receiver().seqs() == seqs{1});
  f.receiver().settle_next(refused("timed out"));
  f.settle();
  CHECK(f.stats("s").exceptions == 1);
}

TEST_CASE("the breaker keeps events back without spending their attempts") {
  delivery_fixture f;
  auto definition = f.webhook("s");
  definition.options.retry = {.max_retries = 100, .strategy = backoff_strategy::fixed, .jitter = false};
  f.create(definition);
  f.receiver().answer = [](const auto&) { return unreachable(); };
  f.publish_one("a");
  f.advance(seconds{10});
  CHECK(f.receiver().sent.size() == 5);
  CHECK(f.stats("s").breaker == breaker_state::open);
  CHECK(f.stats("s").idle_reason == "the circuit breaker is open");

  f.receiver().answer = [](const auto&) { return ok(); };
  f.advance(seconds{30});
  CHECK(f.receiver().sent.size() == 6);
  CHECK(f.receiver().sent.back()[0].attempt == 6);
  CHECK(f.stats("s").breaker == breaker_state::closed);
}

TEST_CASE("a dead endpoint delays no other subscription") {
  delivery_fixture f;
  f.create(f.webhook("dead"));
  auto alive = f.webhook("alive");
  alive.endpoint = "https://alive.test/";
  f.channels.at(alive.endpoint).answer = [](const auto&) { return ok(); };
  f.create(alive);
  f.publish("a", 50);
  CHECK(f.channels.at(alive.endpoint).seqs().size() == 50);
  CHECK(f.receiver().seqs().size() == 1);
}

TEST_CASE("with order by key a retry holds back the rest of its key only") {
  delivery_fixture f;
  auto definition = f.webhook("s");
  definition.options.ordering = delivery_ordering::key;
  definition.options.max_concurrency = 10;
  f.create(definition);
  bool fail = true;
  f.receiver().answer = [&](const outgoing_event& sent) {
    return sent.record->ordering_key == "k" && fail ? refused() : ok();
  };
  std::vector<std::shared_ptr<event>> events;
  for (const char* key : {"k", "k", "other", "k", "", "other"}) {
    events.push_back(make_event("a"));
    events.back()->ordering_key = key;
  }
  f.subject->publish(events, [](const auto&) {});
  f.settle();
  f.advance(milliseconds{100});
  CHECK(f.receiver().seqs() == seqs{1, 3, 5, 6});
  CHECK(f.stats("s").exceptions == 3);
  if (GENERATE(false, true)) f.crash();
  fail = false;
  f.advance(seconds{2});
  const auto got = f.receiver().seqs();
  CHECK(seqs{got.end() - 3, got.end()} == seqs{1, 2, 4});
  CHECK(f.stats("s").exceptions == 0);
  CHECK(f.stats("s").acknowledged == 6);
}

TEST_CASE("events that were given back come again at once, in their order") {
  delivery_fixture f;
  f.create(f.webhook("s"));
  f.publish("a", 2);
  f.receiver().settle_next({.outcome = delivery_result::verdict::release});
  f.settle();
  CHECK(f.receiver().seqs() == seqs{1, 1});
  CHECK(f.receiver().sent[1][0].attempt == 1);
}

TEST_CASE("large events that the ring has lost are read again a few at a time, for the first attempt and for others") {
  delivery_fixture f{1, {.ring_events = 2, .version = "test"}};
  f.create(f.webhook("s"));
  for (int i = 0; i < 20; ++i) {
    f.subject->publish({make_event("a", R"({"p":")" + std::string(200'000, 'x') + R"("})")}, [](const auto&) {});
  }
  f.settle();
  REQUIRE(f.receiver().pending.size() == 1);
  f.receiver().answer = [](const outgoing_event& event) { return event.attempt == 1 ? refused() : ok(); };
  f.receiver().settle_next(refused());
  f.settle();
  seqs once;
  for (std::uint64_t seq = 1; seq <= 20; ++seq) once.push_back(seq);
  CHECK(f.receiver().seqs() == once);

  f.receiver().sent.clear();
  f.advance(milliseconds{1100});
  seqs again = f.receiver().seqs();
  std::ranges::sort(again);
  CHECK(again == once);
  CHECK(f.stats("s").acknowledged == 20);
}

TEST_CASE("a test event goes to the receiver and counts for nothing") {
  delivery_fixture f;
  f.create(f.webhook("s", "a.*"));
  f.receiver().answer = [](const auto&) { return ok(); };
  std::optional<result<delivery_attempt>> came;
  f.subject->subscriptions().test("s", f.into(came));
  f.settle();
  REQUIRE(came.value().has_value());
  CHECK(came.value()->success);
  CHECK(f.receiver().sent[0][0].record->type == "eventmgr.test");
  CHECK(f.receiver().sent[0][0].record->topic.str() == "a/test");
  CHECK(f.stats("s").attempts == 0);
}

}  // namespace
}  // namespace eventmgr::test
