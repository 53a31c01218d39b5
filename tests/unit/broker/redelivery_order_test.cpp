#include "redelivery_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using seqs = std::vector<std::uint64_t>;
using std::chrono::milliseconds;
using std::chrono::seconds;

delivery_result never() { return {.outcome = delivery_result::verdict::reject, .error = "no"}; }

/// Fails the first attempt at `seq` after it is made.
auto failing_once(std::uint64_t seq) {
  return [seq, failed = false](const outgoing_event& item) mutable {
    return item.record->seq.value == seq && !std::exchange(failed, true) ? refused() : ok();
  };
}

subscription_definition ordered(std::string name) {
  subscription_definition made = delivery_fixture::webhook(std::move(name));
  made.options.ordering = delivery_ordering::topic;
  made.options.max_concurrency = 8;
  return made;
}

TEST_CASE("what is requeued does not overtake an event of its topic that waits for a retry") {
  redelivery_fixture f;
  f.create(ordered("s"));
  f.receiver().answer = [](const auto&) { return never(); };
  // Not of one moment, for plans go by it.
  for (int i = 0; i < 3; ++i) {
    f.publish("a");
    f.advance(milliseconds{10});
  }
  REQUIRE(f.letters().size() == 3);
  f.receiver().sent.clear();
  f.receiver().answer = failing_once(1);

  const requeue_plan plan = f.requeue();
  f.advance(milliseconds{500});
  CHECK(f.receiver().seqs() == seqs{1});
  f.advance(seconds{2});

  CHECK(f.receiver().seqs() == seqs{1, 1, 2, 3});
  CHECK(f.plan(plan.id).delivered == 3);
}

TEST_CASE("what is replayed does not overtake an event of its topic that waits for a retry") {
  redelivery_fixture f;
  f.create(ordered("s"));
  f.deliver(3);
  f.advance(seconds{2});
  f.receiver().answer = failing_once(2);

  const replay_info begun = f.replay();
  f.advance(seconds{3});

  CHECK(f.receiver().seqs() == seqs{1, 2, 2, 3});
  CHECK(f.replayed(begun.id).status == replay_status::completed);
}

TEST_CASE("a plan begins with nothing more while many of its events wait for a retry") {
  redelivery_fixture f;
  auto wide = f.webhook("s");
  wide.options.max_concurrency = 100;
  f.create(wide);
  f.receiver().answer = [](const auto&) { return never(); };
  for (int i = 0; i < 12; ++i) f.publish("a", 100);
  f.advance(seconds{2});
  REQUIRE(f.stats("s").dead == 1200);
  f.receiver().sent.clear();
  f.receiver().answer = [](const auto&) {
    delivery_result later = refused("HTTP 429");
    later.retry_after = std::chrono::hours{1};
    return later;
  };

  const requeue_plan plan = f.requeue();
  f.advance(seconds{2});

  CHECK(f.receiver().sent.size() >= 1000);
  CHECK(f.receiver().sent.size() <= 1100);
  f.receiver().answer = [](const auto&) { return ok(); };
  f.time.advance(std::chrono::hours{1});
  f.advance(seconds{1});
  CHECK(f.plan(plan.id).delivered == 1200);
}

TEST_CASE("a replay reads nothing more while large events of it wait for a retry") {
  redelivery_fixture f;
  auto wide = f.webhook("s");
  wide.options.max_concurrency = 64;
  f.create(wide);
  f.receiver().answer = [](const auto&) { return ok(); };
  for (int i = 0; i < 40; ++i) {
    f.subject->publish({make_event("a", R"({"x":")" + std::string(600'000, 'x') + R"("})")}, [](const auto&) {});
    f.advance(milliseconds{10});
  }
  f.advance(seconds{2});
  REQUIRE(f.receiver().sent.size() == 40);
  f.receiver().sent.clear();
  f.receiver().answer = [](const auto&) {
    delivery_result later = refused("HTTP 429");
    later.retry_after = std::chrono::hours{1};
    return later;
  };

  const replay_info begun = f.replay();
  f.advance(seconds{1});

  CHECK(f.receiver().sent.size() >= 10);
  CHECK(f.receiver().sent.size() <= 20);
  f.receiver().answer = [](const auto&) { return ok(); };
  f.time.advance(std::chrono::hours{1});
  f.advance(seconds{1});
  CHECK(f.replayed(begun.id).status == replay_status::completed);
}

}  // namespace
}  // namespace eventmgr::test
