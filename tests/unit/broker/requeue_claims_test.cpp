#include "redelivery_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace eventmgr::test {
namespace {

using seqs = std::vector<std::uint64_t>;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* second_url = "https://second.test/hook";

/// A plan over four dead letters that has stopped, for the first has failed again, while the second is in flight.
struct stopped_fixture : redelivery_fixture {
  requeue_id stopped{};

  stopped_fixture() {
    auto wide = brittle("s");
    wide.options.max_concurrency = 4;
    create(wide);
    bury(4);
    advance(seconds{2});
    receiver().answer = nullptr;
    stopped = requeue({.stop_on_failures = 1}).id;
    end_next(refused("HTTP 500"));
    REQUIRE(plan(stopped).status == requeue_status::stopped);
    REQUIRE(receiver().pending.size() == 1);
  }
};

TEST_CASE("what is discarded while a plan is under way is not delivered") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(4);
  const requeue_plan plan = f.requeue({.rate_per_second = 1});
  f.advance(milliseconds{100});

  CHECK(f.discard_all()->discarded == 3);
  f.advance(seconds{5});

  CHECK(f.receiver().seqs() == seqs{1});
  const requeue_plan ended = f.plan(plan.id);
  CHECK(ended.status == requeue_status::completed);
  CHECK(ended.delivered == 1);
  CHECK(ended.skipped == 3);
}

TEST_CASE("what is discarded while it is in flight stays so when it fails, and is not tried again") {
  redelivery_fixture f;
  const bool retries = GENERATE(false, true);
  CAPTURE(retries);
  auto definition = f.brittle("s");
  f.create(definition);
  f.bury(1);
  if (retries) {
    definition.options.retry.max_retries = 3;
    f.create(definition);
  }
  f.receiver().answer = nullptr;
  const requeue_plan plan = f.requeue();
  REQUIRE(f.receiver().pending.size() == 1);

  CHECK(f.discard_all()->discarded == 1);
  f.end_next(refused());
  f.advance(seconds{5});

  CHECK(f.receiver().seqs() == seqs{1});
  CHECK(f.letters().empty());
  CHECK(f.letters(dead_letter_state::discarded).size() == 1);
  CHECK(f.plan(plan.id).status == requeue_status::completed);
  CHECK(f.plan(plan.id).failed == (retries ? 0U : 1U));
  CHECK(f.plan(plan.id).skipped == (retries ? 1U : 0U));
}

TEST_CASE("two plans do not deliver the same dead letter") {
  redelivery_fixture f;
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
  redelivery_fixture f;
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
  redelivery_fixture f;
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
  redelivery_fixture f;
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
  f.end_next(ok());
  f.advance(seconds{1});

  const requeue_plan ended = f.plan(f.stopped);
  CHECK(ended.status == requeue_status::cancelled);
  CHECK(ended.delivered == 1);
  CHECK(f.receiver().seqs() == seqs{1, 2});
  CHECK(f.resume(f.stopped).error().code == errc::conflict);
}

TEST_CASE("a plan that has stopped goes on when it is resumed, also while something is in flight") {
  stopped_fixture f;

  const auto resumed = f.resume(f.stopped);
  REQUIRE(resumed.has_value());
  CHECK(resumed->status == requeue_status::running);
  f.receiver().answer = [](const auto&) { return ok(); };
  f.end_next(ok());
  f.advance(seconds{1});

  const requeue_plan ended = f.plan(f.stopped);
  CHECK(ended.status == requeue_status::completed);
  CHECK(ended.delivered == 3);
  CHECK(ended.failed == 1);
  CHECK(f.receiver().seqs() == seqs{1, 2, 3, 4});
  CHECK(f.letters().size() == 1);
}

TEST_CASE("a canary's place is free again when the subscription that held it is deleted") {
  redelivery_fixture f;
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

TEST_CASE("no more than a hundred plans are under way, however close together they are asked for") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(1);
  std::size_t made = 0;
  std::vector<errc> refused;
  for (int i = 0; i < 102; ++i) {
    f.subject->redeliveries().requeue({}, [&](const result<requeue_plan>& came) {
      if (came.has_value()) {
        ++made;
      } else {
        refused.push_back(came.error().code);
      }
    });
  }
  f.settle();
  CHECK(made == 100);
  CHECK(refused == std::vector<errc>(2, errc::conflict));
  f.advance(seconds{1});
  CHECK(f.requeue().matched == 0);
}

TEST_CASE("of those who resume and cancel a plan at once one is refused") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(5);
  f.receiver().answer = [](const auto&) { return refused("HTTP 500"); };
  const requeue_id id = f.requeue({.canary = 2}).id;
  f.advance(seconds{1});
  REQUIRE(f.plan(id).status == requeue_status::stopped);
  f.receiver().answer = [](const auto&) { return ok(); };
  f.receiver().sent.clear();

  std::optional<result<requeue_plan>> resumed;
  std::optional<result<requeue_plan>> cancelled;
  const bool resume_first = GENERATE(true, false);
  if (resume_first) f.subject->redeliveries().resume_requeue(id, f.into(resumed));
  f.subject->redeliveries().cancel_requeue(id, f.into(cancelled));
  if (!resume_first) f.subject->redeliveries().resume_requeue(id, f.into(resumed));
  f.advance(seconds{1});

  REQUIRE(resumed.has_value());
  REQUIRE(cancelled.has_value());
  CHECK(resumed->has_value() == resume_first);
  CHECK(cancelled->has_value() != resume_first);
  if (GENERATE(false, true)) f.crash();
  f.advance(seconds{1});
  CHECK(f.receiver().seqs() == (resume_first ? seqs{2, 3, 4, 5} : seqs{}));
  CHECK(f.plan(id).status == (resume_first ? requeue_status::completed : requeue_status::cancelled));
}

}  // namespace
}  // namespace eventmgr::test
