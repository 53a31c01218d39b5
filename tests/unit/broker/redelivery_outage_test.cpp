#include "redelivery_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct outage_fixture : redelivery_fixture {
  /// Two deliveries, one after the other, succeed while the store is away, and it is back for a while before a crash.
  void end_two_in_an_outage() {
    advance(milliseconds{100});
    faults->fail_next_commits(3);
    end_next(ok());
    advance(milliseconds{100});
    end_next(ok());
    advance(seconds{5});
    crash();
  }
};

TEST_CASE("a replay that ends while the store is away is written as ended when it is back") {
  outage_fixture f;
  f.create(f.webhook("s"));
  f.deliver(2);
  f.receiver().answer = nullptr;
  const replay_info begun = f.replay();

  f.end_two_in_an_outage();

  CHECK(f.replayed(begun.id).status == replay_status::completed);
  CHECK(f.replayed(begun.id).targets.front().delivered == 2);
}

TEST_CASE("a plan that ends while the store is away is written as ended when it is back") {
  outage_fixture f;
  f.create(f.brittle("s"));
  f.bury(2);
  f.receiver().answer = nullptr;
  const requeue_plan plan = f.requeue();

  f.end_two_in_an_outage();

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
  CHECK(f.cancel(begun.id).error().code == errc::store_unavailable);
  f.advance(seconds{2});
  f.faults->fail_next_commits(1);
  CHECK(f.cancel(plan.id).error().code == errc::store_unavailable);
  f.advance(seconds{2});

  CHECK(f.replayed(begun.id).status == replay_status::cancelled);
  CHECK(f.plan(plan.id).status == requeue_status::cancelled);
}

}  // namespace
}  // namespace eventmgr::test
