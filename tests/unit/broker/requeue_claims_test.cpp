#include "redelivery_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace eventmgr::test {
namespace {

using seqs = std::vector<std::uint64_t>;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* second_url = "https://second.test/hook";

struct claims_fixture : redelivery_fixture {
  void remove(const std::string& name) {
    std::optional<result<std::monostate>> removed;
    subject->subscriptions().remove(name, into(removed));
    settle();
    REQUIRE(removed.value().has_value());
  }
  discard_summary discard_all() {
    return ask<discard_summary>([](auto& face, auto done) { face.discard({}, {}, false, done); }).value();
  }
  result<requeue_plan> cancel(requeue_id id) {
    return ask<requeue_plan>([&](auto& face, auto done) { face.cancel_requeue(id, done); });
  }
  result<requeue_plan> resume_plan(requeue_id id) {
    return ask<requeue_plan>([&](auto& face, auto done) { face.resume_requeue(id, done); });
  }
};

/// A plan over four dead letters that has stopped, for the first has failed again, while the second is in flight.
struct stopped_fixture : claims_fixture {
  requeue_id stopped{};

  stopped_fixture() {
    auto wide = brittle("s");
    wide.options.max_concurrency = 4;
    create(wide);
    bury(4);
    advance(seconds{2});
    receiver().answer = nullptr;
    stopped = requeue({.stop_on_failures = 1}).id;
    receiver().settle_next(refused("HTTP 500"));
    settle();
    REQUIRE(plan(stopped).status == requeue_status::stopped);
    REQUIRE(receiver().pending.size() == 1);
  }
};

TEST_CASE("what is discarded while a plan is under way is not delivered") {
  claims_fixture f;
  f.create(f.brittle("s"));
  f.bury(4);
  const requeue_plan plan = f.requeue({.rate_per_second = 1});
  f.advance(milliseconds{100});

  CHECK(f.discard_all().discarded == 3);
  f.advance(seconds{5});

  CHECK(f.receiver().seqs() == seqs{1});
  const requeue_plan ended = f.plan(plan.id);
  CHECK(ended.status == requeue_status::completed);
  CHECK(ended.delivered == 1);
  CHECK(ended.skipped == 3);
}

TEST_CASE("what is discarded while it is in flight stays so when it fails, and is not tried again") {
  claims_fixture f;
  const bool retries = GENERATE(false, true);
  CAPTURE(retries);
  auto definition = f.brittle("s");
  f.create(definition);
  f.bury(1);
  if (retries) {
    std::optional<result<created_subscription>> changed;
    definition.options.retry.max_retries = 3;
    f.subject->subscriptions().create(definition, f.into(changed));
    f.settle();
    REQUIRE(changed.value().has_value());
  }
  f.receiver().answer = nullptr;
  const requeue_plan plan = f.requeue();
  REQUIRE(f.receiver().pending.size() == 1);

  CHECK(f.discard_all().discarded == 1);
  f.receiver().settle_next(refused());
  f.settle();
  f.advance(seconds{5});

  CHECK(f.receiver().seqs() == seqs{1});
  CHECK(f.letters().empty());
  CHECK(f.letters(dead_letter_state::discarded).size() == 1);
  CHECK(f.plan(plan.id).status == requeue_status::completed);
  CHECK(f.plan(plan.id).failed == (retries ? 0U : 1U));
  CHECK(f.plan(plan.id).skipped == (retries ? 1U : 0U));
}

TEST_CASE("two plans do not deliver the same dead letter") {
  claims_fixture f;
  f.create(f.brittle("s"));
  f.bury(6);

  const requeue_plan slow = f.requeue({.rate_per_second = 1});
  const requeue_plan fast = f.requeue();
  f.advance(seconds{10});

  auto sent = f.receiver().seqs();
  std::ranges::sort(sent);
  CHECK(sent == seqs{1, 2, 3, 4, 5, 6});
  for (const requeue_id id : {slow.id, fast.id}) {
    const requeue_plan ended = f.plan(id);
    CHECK(ended.status == requeue_status::completed);
    CHECK(ended.delivered + ended.skipped == ended.matched);
  }
}

TEST_CASE("a plan that comes after one that was cancelled takes what that one had in hand") {
  claims_fixture f;
  f.create(f.brittle("s"));
  f.bury(4);
  const requeue_plan first = f.requeue({.rate_per_second = 1});
  f.advance(milliseconds{100});
  REQUIRE(f.cancel(first.id).has_value());

  const requeue_plan second = f.requeue();
  f.advance(milliseconds{200});

  CHECK(f.receiver().seqs() == seqs{1, 2, 3, 4});
  CHECK(f.plan(second.id).delivered == 3);
}

TEST_CASE("what a replay has delivered a plan leaves alone") {
  claims_fixture f;
  f.create(f.brittle("s"));
  f.bury(4);
  const requeue_plan plan = f.requeue({.rate_per_second = 1});
  f.advance(milliseconds{100});

  f.replay();
  f.advance(seconds{5});

  CHECK(f.receiver().seqs() == seqs{1, 1, 2, 3, 4});
  CHECK(f.plan(plan.id).status == requeue_status::completed);
  CHECK(f.plan(plan.id).delivered == 1);
  CHECK(f.plan(plan.id).skipped == 3);
}

TEST_CASE("a plan whose subscription is deleted accounts for all that it matched") {
  claims_fixture f;
  f.create(f.brittle("s"));
  f.bury(4);
  const requeue_plan plan = f.requeue({.rate_per_second = 1});
  f.advance(milliseconds{1100});

  f.remove("s");
  f.advance(milliseconds{100});

  const requeue_plan ended = f.plan(plan.id);
  CHECK(ended.status == requeue_status::completed);
  CHECK(ended.delivered == 2);
  CHECK(ended.skipped == 2);
}

TEST_CASE("a plan that has stopped is cancelled for good, also while something is in flight") {
  stopped_fixture f;

  const auto cancelled = f.cancel(f.stopped);
  REQUIRE(cancelled.has_value());
  CHECK(cancelled->status == requeue_status::cancelled);
  f.receiver().settle_next(ok());
  f.settle();
  f.advance(seconds{1});

  const requeue_plan ended = f.plan(f.stopped);
  CHECK(ended.status == requeue_status::cancelled);
  CHECK(ended.delivered == 1);
  CHECK(f.receiver().seqs() == seqs{1, 2});
  CHECK(f.resume_plan(f.stopped).error().code == errc::conflict);
}

TEST_CASE("a plan that has stopped goes on when it is resumed, also while something is in flight") {
  stopped_fixture f;

  const auto resumed = f.resume_plan(f.stopped);
  REQUIRE(resumed.has_value());
  CHECK(resumed->status == requeue_status::running);
  f.receiver().answer = [](const auto&) { return ok(); };
  f.receiver().settle_next(ok());
  f.settle();
  f.advance(seconds{1});

  const requeue_plan ended = f.plan(f.stopped);
  CHECK(ended.status == requeue_status::completed);
  CHECK(ended.delivered == 3);
  CHECK(ended.failed == 1);
  CHECK(f.receiver().seqs() == seqs{1, 2, 3, 4});
  CHECK(f.letters().size() == 1);
}

TEST_CASE("a canary's place is free again when the subscription that held it is deleted") {
  claims_fixture f;
  auto other = f.brittle("t");
  other.endpoint = second_url;
  f.create(f.brittle("s"));
  f.create(other);
  fake_receiver& second = f.channels.at(second_url);
  second.answer = [](const auto&) { return refused(); };
  f.bury(2);
  second.sent.clear();
  f.receiver().answer = second.answer = nullptr;

  const requeue_plan plan = f.requeue({.canary = 1});
  const bool first_has_it = !f.receiver().pending.empty();
  REQUIRE(f.receiver().pending.size() + second.pending.size() == 1);
  fake_receiver& left = first_has_it ? second : f.receiver();
  left.answer = [](const auto&) { return ok(); };
  f.remove(first_has_it ? "s" : "t");
  f.advance(milliseconds{200});

  CHECK(left.seqs() == seqs{1, 2});
  CHECK(f.plan(plan.id).status == requeue_status::completed);
  CHECK(f.plan(plan.id).delivered == 2);
  CHECK(f.plan(plan.id).skipped == 2);
}

}  // namespace
}  // namespace eventmgr::test
