#include "contract/store_kinds.hpp"
#include "support/delivery_records.hpp"

#include <catch2/catch.hpp>

#include <optional>

namespace eventmgr {
namespace {

using namespace testing;
using kind_of = redelivery_kind;
using state = redelivery_state;

position place(std::uint64_t seq) { return {{offset{seq}}}; }

redelivery_record full_replay(std::uint16_t number) {
  redelivery_record record = make_redelivery(number, kind_of::replay, state::running);
  record.reason = "why";
  record.from = place(5);
  record.to = place(90);
  record.total = 50;
  record.delivered = 4;
  record.failed = 3;
  record.skipped = 2;
  record.forgiven = 1;
  return record;
}

replay_progress_record make_progress(std::uint16_t replay, std::uint8_t subscription) {
  replay_progress_record record;
  record.replay = redelivery_no(replay);
  record.subscription = subscription_no(subscription);
  record.subscription_name = "subscription-" + std::to_string(subscription);
  record.floor = place(7);
  record.passed = 5;
  record.delivered = 4;
  record.failed = 1;
  return record;
}

std::vector<uuid> ids_of(const std::vector<redelivery_record>& records) {
  std::vector<uuid> ids;
  for (const redelivery_record& record : records) ids.push_back(record.id);
  return ids;
}

TEST_CASE("plans and replays are kept as they were put, and replaced", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  const redelivery_record plan = make_redelivery(1, kind_of::requeue, state::stopped);
  redelivery_record replay = full_replay(2);
  commit_changes(store, {.redeliveries = {plan, replay}});

  CHECK(store.find_redelivery(plan.id) == plan);
  CHECK(store.find_redelivery(replay.id) == replay);
  CHECK_FALSE(store.find_redelivery(redelivery_no(3)));

  replay.state = state::completed;
  replay.reason.clear();
  replay.delivered = 47;
  replay.forgiven = 3;
  replay.updated_at = at_ms(9000);
  commit_changes(store, {.redeliveries = {replay}});
  CHECK(store.find_redelivery(replay.id) == replay);
}

TEST_CASE("the progress of a replay is kept by subscription, whether that still exists or not", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  replay_progress_record first = make_progress(1, 1);
  const replay_progress_record second = make_progress(1, 2);
  // What goes with a replay that there is not is passed over.
  commit_changes(store, {.redeliveries = {full_replay(1)}, .progress = {second, first, make_progress(9, 1)}});

  CHECK(store.progress_of(redelivery_no(1)) == std::vector{first, second});
  CHECK(store.progress_of(redelivery_no(9)).empty());

  first.floor = place(90);
  first.passed = 50;
  first.done = true;
  commit_changes(store, {.progress = {first}});
  CHECK(store.progress_of(redelivery_no(1)) == std::vector{first, second});
}

TEST_CASE("what is not over is loaded, the oldest first", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  const redelivery_record running = full_replay(5);
  const redelivery_record stopped = make_redelivery(2, kind_of::requeue, state::stopped);
  const redelivery_record started = make_redelivery(3, kind_of::replay, state::started);
  commit_changes(store,
                 {.redeliveries = {running, stopped, started, make_redelivery(1, kind_of::requeue, state::completed),
                                   make_redelivery(4, kind_of::replay, state::cancelled),
                                   make_redelivery(6, kind_of::replay, state::failed)},
                  .progress = {make_progress(5, 2), make_progress(5, 1), make_progress(4, 1)}});

  const delivery_state loaded = load_sorted(store);

  CHECK(loaded.redeliveries == std::vector{stopped, started, running});
  CHECK(loaded.progress == std::vector{make_progress(5, 1), make_progress(5, 2)});
}

TEST_CASE("plans and replays are listed apart, the newest first, by page", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  store_changes changes;
  for (std::uint16_t i = 1; i <= 9; ++i) {
    changes.redeliveries.push_back(make_redelivery(i, i % 3 == 0 ? kind_of::replay : kind_of::requeue, state::running));
    // Two of one moment.
    if (i == 5) changes.redeliveries.back().created_at = at_ms(1004);
  }
  commit_changes(store, changes);

  std::vector<uuid> found;
  std::string cursor;
  do {
    const auto page = store.list_redeliveries(kind_of::requeue, cursor, 2).value();
    CHECK(page.total == 6);
    CHECK(page.records.size() <= 2);
    for (const uuid& id : ids_of(page.records)) found.push_back(id);
    cursor = page.next_cursor;
  } while (!cursor.empty());

  CHECK(found == std::vector{redelivery_no(8), redelivery_no(7), redelivery_no(5), redelivery_no(4), redelivery_no(2),
                             redelivery_no(1)});
  CHECK(ids_of(store.list_redeliveries(kind_of::replay, "", 100)->records) ==
        std::vector{redelivery_no(9), redelivery_no(6), redelivery_no(3)});

  const std::string of_plans = store.list_redeliveries(kind_of::requeue, "", 1)->next_cursor;
  CHECK(store.list_redeliveries(kind_of::replay, of_plans, 1).error().code == errc::invalid_request);
  CHECK(store.list_redeliveries(kind_of::requeue, "nonsense", 1).error().code == errc::invalid_request);
}

TEST_CASE("a page of plans ends where they are large", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  for (std::uint16_t i = 1; i <= 3; ++i) {
    redelivery_record plan = make_redelivery(i, kind_of::requeue, state::running);
    plan.request.assign(std::size_t{5} << 20U, 'x');
    commit_changes(store, {.redeliveries = {plan}});
  }

  const auto page = store.list_redeliveries(kind_of::requeue, "", 100).value();
  CHECK(page.total == 3);
  CHECK(ids_of(page.records) == std::vector{redelivery_no(3), redelivery_no(2)});
  const auto rest = store.list_redeliveries(kind_of::requeue, page.next_cursor, 100).value();
  CHECK(ids_of(rest.records) == std::vector{redelivery_no(1)});
  CHECK(rest.next_cursor.empty());
}

TEST_CASE("of those that are over the newest are kept, of the others all", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  store_changes changes{.redeliveries = {make_redelivery(1, kind_of::replay, state::running),
                                         make_redelivery(2, kind_of::replay, state::stopped)}};
  for (std::uint16_t i = 3; i <= 1012; ++i) {
    changes.redeliveries.push_back(make_redelivery(i, kind_of::replay, state::completed));
  }
  changes.redeliveries.push_back(make_redelivery(2000, kind_of::requeue, state::completed));
  changes.progress = {make_progress(1, 1), make_progress(20, 1)};
  commit_changes(store, changes);

  // 3 to 12 are gone.
  CHECK(store.list_redeliveries(kind_of::replay, "", 1)->total == 1002);
  CHECK(store.list_redeliveries(kind_of::requeue, "", 1)->total == 1);
  CHECK(store.find_redelivery(redelivery_no(2)));
  CHECK_FALSE(store.find_redelivery(redelivery_no(12)));
  CHECK(store.find_redelivery(redelivery_no(13)));

  changes = {};
  for (std::uint16_t i = 1013; i <= 1020; ++i) {
    changes.redeliveries.push_back(make_redelivery(i, kind_of::replay, state::failed));
  }
  commit_changes(store, changes);
  CHECK(store.list_redeliveries(kind_of::replay, "", 1)->total == 1002);
  CHECK_FALSE(store.find_redelivery(redelivery_no(20)));
  CHECK(store.progress_of(redelivery_no(20)).empty());
  CHECK(store.progress_of(redelivery_no(1)).size() == 1);
}

TEST_CASE("plans, progress and discarded letters of a commit that fails are not there", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  commit_changes(store, {.redeliveries = {full_replay(1)}});
  subject->fail_commits();
  CHECK_THROWS_AS(commit_changes(store, {.redeliveries = {full_replay(2)}, .progress = {make_progress(1, 1)}}), error);
  subject->heal();

  CHECK_FALSE(store.find_redelivery(redelivery_no(2)));
  CHECK(store.progress_of(redelivery_no(1)).empty());
}

}  // namespace
}  // namespace eventmgr
