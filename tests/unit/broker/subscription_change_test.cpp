#include "proof_fixture.hpp"
#include "redelivery_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

// Changes that meet one another, or the outcomes of deliveries.

using seqs = std::vector<std::uint64_t>;
using namespace std::chrono_literals;

delivery_result gone() { return {.outcome = delivery_result::verdict::gone, .status = 410, .error = "HTTP 410"}; }

struct change_fixture : redelivery_fixture {
  void begin_seek(start_point target) {
    subject->subscriptions().seek("s", target, [](const auto& moved) { REQUIRE(moved.has_value()); });
  }
  void begin_removal() {
    subject->subscriptions().remove("s", [](const auto& removed) { REQUIRE(removed.has_value()); });
  }
  /// One piece of work of each thread.
  void turn() {
    core.run_one();
    writer.run_one();
    readers.run_one();
  }
};

TEST_CASE("a change that was asked for before a seek ended changes what the seek has made") {
  change_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s"));
  f.publish("a", 3);
  f.begin_seek(offset{1});
  f.subject->subscriptions().update(
      "s",
      [](subscription_definition definition) -> result<subscription_definition> {
        definition.description = "changed";
        return definition;
      },
      [](const auto& changed) { REQUIRE(changed.has_value()); });
  f.settle();
  f.advance(100ms);

  if (GENERATE(false, true)) f.crash();
  CHECK(f.info("s").generation == 2);
  CHECK(f.info("s").definition.description == "changed");
  CHECK(f.stats("s").acknowledged == 3);
  CHECK(lines_of(prove_now(*f.store)) == std::vector<std::string>{});
}

TEST_CASE("an endpoint that wants no more while its subscription is moved pauses what the seek has made") {
  change_fixture f;
  const auto target = GENERATE(as<start_point>{}, offset{1}, start_earliest{});
  f.create(f.webhook("s"));
  f.publish("a");
  f.begin_seek(target);
  f.core.run_one();
  f.receiver().settle_next(gone());
  f.settle();

  if (GENERATE(false, true)) f.crash();
  CHECK(f.info("s").generation == 2);
  CHECK(f.info("s").status == subscription_status::paused);
  CHECK(f.info("s").status_reason == "the endpoint answered 410 Gone");
}

TEST_CASE("a backlog that was found too long before a seek is not skipped after it") {
  change_fixture f;
  auto definition = f.webhook("s");
  definition.options.max_backlog = backlog_limit{.events = 4};
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(definition);
  f.pause("s");
  f.publish("a", 10);
  f.time.advance(2s);
  f.bell.ring_if_due(f.time.steady_now());
  f.begin_seek(offset{9});
  f.settle();
  if (GENERATE(false, true)) f.crash();
  f.resume("s");
  f.advance(100ms);

  CHECK(f.info("s").generation == 2);
  CHECK(f.receiver().seqs() == seqs{9, 10});
  CHECK(f.stats("s").skipped == 0);
}

TEST_CASE("skipping what is over the limit is no change of the subscription") {
  change_fixture f;
  auto definition = f.webhook("s");
  definition.options.max_backlog = backlog_limit{.events = 4};
  f.create(definition);
  f.pause("s");
  const auto before = f.info("s").updated_at;
  for (int i = 0; i < 5; ++i) {
    f.publish("a", 10);
    f.advance(2s);
  }
  CHECK(f.info("s").updated_at == before);
}

TEST_CASE("what came of deliveries before a seek or a removal is kept, also if it was yet to be written") {
  change_fixture f;
  auto definition = f.brittle("s", "a");
  definition.options.dead_letter_topic = topic("dlt");
  f.create(definition);
  f.publish("a");
  f.receiver().settle_next(refused("no"));
  if (GENERATE(true, false)) {
    f.begin_seek(offset{2});
  } else {
    f.begin_removal();
  }
  f.settle();
  f.crash();

  const auto found = f.dead_letters();
  REQUIRE(found.size() == 1);
  CHECK(found[0].reason == "no");
  CHECK(f.store->find_topic(topic("dlt")).value().event_count == 1);
}

TEST_CASE("requeued events that are delivered before a removal is written have their dead letters closed") {
  change_fixture f;
  auto definition = f.brittle("s");
  definition.options.max_concurrency = 4;
  f.create(definition);
  f.bury(2);
  f.advance(2s);
  f.receiver().answer = nullptr;
  f.requeue();
  REQUIRE(f.receiver().pending.size() == 2);
  f.begin_removal();
  f.receiver().settle_next(ok());
  // What has come is being written; the other one comes meanwhile.
  f.core.run_one();
  f.receiver().settle_next(ok());
  f.settle();

  CHECK(f.letters().empty());
  CHECK(f.letters(dead_letter_state::delivered).size() == 2);
}

TEST_CASE("what comes of a delivery during a seek is kept, whenever it comes") {
  const int turns = GENERATE(range(0, 8));
  change_fixture f;
  auto definition = f.brittle("s", "a");
  definition.options.dead_letter_topic = topic("dlt");
  f.create(definition);
  f.publish("a");
  f.begin_seek(offset{2});
  for (int i = 0; i < turns; ++i) f.turn();
  if (f.receiver().pending.empty()) {
    SUCCEED("the seek is over");
    return;
  }
  f.receiver().settle_next(refused("no"));
  f.settle();
  f.advance(100ms);
  f.crash();

  REQUIRE(f.dead_letters().size() == 1);
  CHECK(f.store->find_topic(topic("dlt")).value().event_count == 1);
  CHECK(lines_of(prove_now(*f.store)) == std::vector<std::string>{});
}

TEST_CASE("a seek or a removal that cannot be written leaves the subscription as it was") {
  change_fixture f;
  f.create(f.webhook("s"));
  f.publish("a", 2);
  f.receiver().settle_next(ok());
  f.settle();
  f.faults->fail_next_commits(10);
  bool refused = false;
  const auto answer = [&](const auto& came) { refused = came.has_error(); };
  if (GENERATE(true, false)) {
    f.subject->subscriptions().seek("s", offset{1}, answer);
  } else {
    f.subject->subscriptions().remove("s", answer);
  }
  f.settle();
  f.faults->clear();
  CHECK(refused);
  f.receiver().settle_next(ok());
  f.advance(1s);

  CHECK(f.receiver().seqs() == seqs{1, 2});
  CHECK(f.stats("s").acknowledged == 2);
  CHECK(lines_of(prove_now(*f.store)) == std::vector<std::string>{});
}

TEST_CASE("a drain ends although a subscription is deleted or moved under it") {
  change_fixture f;
  f.create(f.webhook("s"));
  f.create(f.webhook("t", "other"));
  f.publish("a", 3);
  const std::size_t sent = f.receiver().sent.size();
  bool drained = false;
  const auto drain = [&] { f.subject->drain([&] { drained = true; }); };
  const bool moved = GENERATE(false, true);
  const auto change = [&] { moved ? f.begin_seek(start_now{}) : f.begin_removal(); };
  if (GENERATE(false, true)) {
    drain();
    change();
  } else {
    change();
    drain();
  }
  f.settle();
  CHECK(drained);
  CHECK(f.receiver().sent.size() == sent);
}

TEST_CASE("what a seek makes while the broker drains hands out nothing") {
  change_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s"));
  f.publish("a", 3);
  f.receiver().sent.clear();
  bool drained = false;
  f.begin_seek(offset{1});
  f.subject->drain([&] { drained = true; });
  f.advance(1s);
  CHECK(drained);
  CHECK(f.receiver().sent.empty());
}

TEST_CASE("no subscription is deleted or moved any more once the broker drains") {
  change_fixture f;
  f.create(f.webhook("s"));
  f.publish("a");
  bool drained = false;
  f.subject->drain([&] { drained = true; });
  f.settle();
  REQUIRE_FALSE(drained);
  std::optional<failure> why;
  const auto answer = [&](const auto& came) {
    if (came.has_error()) why = came.error();
  };
  if (GENERATE(false, true)) {
    f.subject->subscriptions().seek("s", offset{1}, answer);
  } else {
    f.subject->subscriptions().remove("s", answer);
  }
  f.settle();
  REQUIRE(why.has_value());
  CHECK(why->code == errc::shutting_down);
  f.receiver().settle_next(ok());
  f.settle();
  CHECK(drained);
}

}  // namespace
}  // namespace eventmgr::test
