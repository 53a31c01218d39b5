#include "redelivery_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a replay that ends while the store is away is written as ended when it is back") {
  redelivery_fixture f;
  f.create(f.webhook("s"));
  f.receiver().answer = [](const auto&) { return ok(); };
  f.publish("a", 2);
  f.advance(milliseconds{100});
  f.receiver().answer = nullptr;
  const replay_info begun = f.replay();
  f.advance(milliseconds{100});

  f.faults->fail_next_commits(3);
  f.receiver().settle_next(ok());
  f.settle();
  f.advance(milliseconds{100});
  f.receiver().settle_next(ok());
  f.settle();
  f.advance(seconds{5});
  f.crash();

  CHECK(f.replayed(begun.id).status == replay_status::completed);
  CHECK(f.replayed(begun.id).targets.front().delivered == 2);
}

TEST_CASE("a plan that ends while the store is away is written as ended when it is back") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(2);
  f.receiver().answer = nullptr;
  const requeue_plan plan = f.requeue();
  f.advance(milliseconds{100});

  f.faults->fail_next_commits(3);
  f.receiver().settle_next(ok());
  f.settle();
  f.advance(milliseconds{100});
  f.receiver().settle_next(ok());
  f.settle();
  f.advance(seconds{5});
  f.crash();

  CHECK(f.plan(plan.id).status == requeue_status::completed);
  CHECK(f.plan(plan.id).delivered == 2);
}

TEST_CASE("who cancels while the store is away hears that it is not written; it is once the store is back") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(2);
  f.receiver().answer = nullptr;
  const replay_info begun = f.replay();
  const requeue_plan plan = f.requeue();
  f.advance(milliseconds{100});

  f.faults->fail_next_commits(1);
  CHECK(f.ask<replay_info>([&](auto& face, auto done) { face.cancel_replay(begun.id, done); }).error().code ==
        errc::store_unavailable);
  f.advance(seconds{2});
  f.faults->fail_next_commits(1);
  CHECK(f.ask<requeue_plan>([&](auto& face, auto done) { face.cancel_requeue(plan.id, done); }).error().code ==
        errc::store_unavailable);
  f.advance(seconds{2});

  CHECK(f.replayed(begun.id).status == replay_status::cancelled);
  CHECK(f.plan(plan.id).status == requeue_status::cancelled);
}

}  // namespace
}  // namespace eventmgr::test
