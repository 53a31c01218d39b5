#include "proof_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using seqs = std::vector<std::uint64_t>;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A broker whose tail ring holds all that a test publishes.
struct roomy_fixture : delivery_fixture {
  roomy_fixture() : delivery_fixture{1, {.ring_events = 20'000, .version = "test"}} {}
};

TEST_CASE("a backlog over its limit is skipped although nothing is handed out") {
  roomy_fixture f;
  auto definition = f.webhook("s");
  definition.options.max_backlog = backlog_limit{.events = 4};
  const auto given = [&] {
    f.advance(seconds{5});
    const auto stats = f.stats("s");
    CHECK(stats.skipped + stats.exceptions + stats.in_flight == 2996);
    CHECK(stats.lag[2] <= 4 + stats.in_flight);
    CHECK(lines_of(prove_now(*f.store)) == std::vector<std::string>{});
  };
  SECTION("for it is paused") {
    f.create(definition);
    f.pause("s");
    for (int i = 0; i < 30; ++i) f.publish("a", 100);
    given();
    f.receiver().answer = [](const auto&) { return ok(); };
    f.resume("s");
    CHECK(f.receiver().seqs() == seqs{2997, 2998, 2999, 3000});
  }
  SECTION("for nobody pulls") {
    definition.channel = channel_kind::pull;
    definition.endpoint.clear();
    f.create(definition);
    for (int i = 0; i < 30; ++i) f.publish("a", 100);
    given();
  }
  SECTION("for the breaker is open") {
    definition.options.retry = {.max_retries = 100, .strategy = backoff_strategy::fixed, .jitter = false};
    f.create(definition);
    f.receiver().answer = [](const auto&) { return unreachable(); };
    for (int i = 0; i < 30; ++i) f.publish("a", 100);
    given();
  }
}

TEST_CASE("a backlog that is skipped ends, however much of it lies in the tail ring") {
  roomy_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s"));
  f.pause("s");
  for (int i = 0; i < 50; ++i) f.publish("a", 100);
  f.resume("s", {.how = resume_request::mode::last, .keep = 2});
  f.advance(milliseconds{100});
  CHECK(f.receiver().seqs() == seqs{4999, 5000});
  CHECK(f.stats("s").skipped == 4998);
}

TEST_CASE("no more than so many exceptions come together, those in flight counted") {
  roomy_fixture f;
  auto definition = f.webhook("s");
  definition.options.max_concurrency = 1000;
  definition.options.retry = {.initial_delay = seconds{3600}, .max_delay = seconds{3600}, .jitter = false};
  f.create(definition);
  f.receiver().answer = [](const auto&) { return refused(); };
  for (int i = 0; i < 95; ++i) f.publish("a", 100);
  REQUIRE(f.stats("s").exceptions == 9500);
  f.receiver().answer = nullptr;
  for (int i = 0; i < 10; ++i) f.publish("a", 100);
  CHECK(f.stats("s").in_flight == 500);
  while (!f.receiver().pending.empty()) f.receiver().settle_next(refused());
  f.settle();
  CHECK(f.stats("s").exceptions == 10'000);
  CHECK(f.info("s").status == subscription_status::error);
}

TEST_CASE("retries that have all expired while they waited are settled, however many") {
  roomy_fixture f;
  auto definition = f.webhook("s");
  definition.options.max_concurrency = 1000;
  definition.options.retry = {.initial_delay = seconds{20}, .jitter = false};
  f.create(definition);
  f.receiver().answer = [](const auto&) { return refused(); };
  std::vector<std::shared_ptr<event>> events;
  for (int i = 0; i < 350; ++i) {
    events.push_back(make_event("a"));
    events.back()->expires_at = f.time.now() + seconds{10};
  }
  f.subject->publish(std::move(events), [](const auto&) {});
  f.settle();
  REQUIRE(f.stats("s").exceptions == 350);
  f.advance(seconds{21});
  CHECK(f.stats("s").exceptions == 0);
  CHECK(f.stats("s").expired == 350);
}

TEST_CASE("a CRITICAL retry passes those that the rate limit holds up, where that is asked for") {
  delivery_fixture f;
  auto definition = f.webhook("s");
  definition.options.rate_limit_per_minute = 1;
  definition.options.max_concurrency = 10;
  definition.filter = R"({"criticalAlways":true})";
  definition.options.retry.initial_delay = milliseconds{100};
  f.receiver().answer = [](const auto&) { return refused(); };
  f.create(definition);
  f.publish_one("a", priority::low);
  f.publish_one("a", priority::critical);
  f.receiver().answer = [](const auto&) { return ok(); };
  f.advance(seconds{1});
  CHECK(f.receiver().seqs() == seqs{1, 2, 2});
  CHECK(f.stats("s").exceptions == 1);
}

TEST_CASE("a broker may go while the answer about a backlog waits for its turn") {
  delivery_fixture f;
  auto definition = f.webhook("s");
  definition.options.max_backlog = backlog_limit{.events = 1};
  f.create(definition);
  f.publish("a", 3);
  f.time.advance(std::chrono::seconds{2});
  f.bell.ring_if_due(f.time.steady_now());
  if (GENERATE(false, true)) {
    f.subject->subscriptions().remove("s", [](const auto& removed) { REQUIRE(removed.has_value()); });
  }
  run_all(f.core, f.writer);
  REQUIRE(f.readers.waiting() > 0);
  run_all(f.readers);
  REQUIRE(f.core.waiting() > 0);
  f.subject.reset();
  f.core.drop();
  f.writer.drop();
  f.queries.drop();
  CHECK(f.receiver().observer == nullptr);
}

}  // namespace
}  // namespace eventmgr::test
