#include "contract/store_kinds.hpp"
#include "store/common/attempt_retention.hpp"
#include "support/delivery_records.hpp"

#include <catch2/catch.hpp>

namespace eventmgr {
namespace {

using namespace testing;

std::vector<delivery_attempt> read_all(event_store& store, std::uint8_t subscription,
                                       std::optional<event_id> event = {}, std::uint32_t limit = 1000) {
  std::vector<delivery_attempt> all;
  std::string cursor;
  do {
    auto page = store.list_attempts(subscription_no(subscription), event, cursor, limit).value();
    REQUIRE(page.attempts.size() <= limit);
    all.insert(all.end(), page.attempts.begin(), page.attempts.end());
    cursor = page.next_cursor;
  } while (!cursor.empty());
  return all;
}

TEST_CASE("attempts are listed by subscription and by event, the newest first, page by page", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  const auto first = commit_one(store, make.make("a")).record;
  const auto second = commit_one(store, make.make("b")).record;
  attempt_record succeeded = make_attempt(1, *first, 3);
  succeeded.attempt.success = true;
  succeeded.attempt.status = 204;
  succeeded.attempt.error.clear();
  succeeded.attempt.metadata = R"({"handled":true})";
  succeeded.attempt.origin = attempt_origin::replay;
  succeeded.attempt.redelivery = redelivery_no(7);
  const std::vector added{make_attempt(1, *first, 1), make_attempt(1, *second, 1), make_attempt(1, *first, 2),
                          make_attempt(1, *second, 2), succeeded};
  commit_changes(store, {.subscriptions = {make_subscription(1), make_subscription(2)}, .attempts = added});
  commit_changes(store, {.attempts = {make_attempt(2, *first, 1)}});

  std::vector<delivery_attempt> all;
  std::vector<delivery_attempt> of_first;
  for (auto next = added.rbegin(); next != added.rend(); ++next) {
    all.push_back(next->attempt);
    if (next->attempt.event == first->id) of_first.push_back(next->attempt);
  }
  for (const std::uint32_t limit : {1U, 2U, 5U, 100U}) {
    CHECK(read_all(store, 1, {}, limit) == all);
    CHECK(read_all(store, 1, first->id, limit) == of_first);
  }
  CHECK(store.attempts_of(first->partition, first->seq).back() == succeeded);
  CHECK(read_all(store, 2).size() == 1);
  CHECK(read_all(store, 2, second->id).empty());
  CHECK(read_all(store, 2, make.next_id()).empty());
  CHECK(read_all(store, 3).empty());
}

TEST_CASE("attempts that come meanwhile do not shift a cursor", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  const auto record = commit_one(store, make.make("a")).record;
  store_changes changes{.subscriptions = {make_subscription(1)}};
  for (std::uint32_t i = 1; i <= 6; ++i) changes.attempts.push_back(make_attempt(1, *record, i));
  commit_changes(store, changes);

  const auto page = store.list_attempts(subscription_no(1), {}, "", 3).value();
  commit_changes(store, {.attempts = {make_attempt(1, *record, 7)}});
  const auto next = store.list_attempts(subscription_no(1), {}, page.next_cursor, 3).value();

  CHECK(page.attempts.back().attempt == 4);
  REQUIRE(next.attempts.size() == 3);
  CHECK(next.attempts.front().attempt == 3);
  CHECK(next.next_cursor.empty());
}

TEST_CASE("a cursor of another list of attempts is refused", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  const auto record = commit_one(store, make.make("a")).record;
  commit_changes(store, {.subscriptions = {make_subscription(1)},
                         .attempts = {make_attempt(1, *record, 1), make_attempt(1, *record, 2)}});
  const std::string cursor = store.list_attempts(subscription_no(1), {}, "", 1)->next_cursor;
  REQUIRE_FALSE(cursor.empty());

  const auto refused = [&](subscription_id id, std::optional<event_id> event, const std::string& text) {
    const auto answer = store.list_attempts(id, event, text, 1);
    return answer.has_error() && answer.error().code == errc::invalid_request;
  };
  CHECK(refused(subscription_no(2), {}, cursor));
  CHECK(refused(subscription_no(1), record->id, cursor));
  CHECK(refused(subscription_no(1), {}, "nonsense"));
}

TEST_CASE("old attempts go, but for those of exceptions and dead letters", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  std::vector<std::shared_ptr<event>> records;
  for (int i = 0; i < 4; ++i) records.push_back(make.make("a"));
  commit(store, records);
  store_changes changes{.subscriptions = {make_subscription(1), make_subscription(2)}};
  changes.attempts = {make_attempt(1, *records[0], 1), make_attempt(1, *records[1], 1), make_attempt(1, *records[2], 1),
                      make_attempt(2, *records[2], 1)};
  changes.exceptions = {{.key = key_of(1, *records[0]), .attempts = 1}};
  changes.dead_letters = {make_dead_letter(1, *records[1], {make.next_id().value})};
  commit_changes(store, changes);
  const auto fill = [&](std::uint64_t count) {
    while (count > 0) {
      store_changes more;
      for (; more.attempts.size() < 500 && count > 0; --count) more.attempts.push_back(make_attempt(1, *records[3], 1));
      commit_changes(store, more);
    }
  };

  fill(2 * kept_attempts);
  CHECK(read_all(store, 1, records[0]->id).size() == 1);
  CHECK(read_all(store, 1, records[1]->id).size() == 1);
  CHECK(read_all(store, 1, records[2]->id).empty());
  CHECK(read_all(store, 2, records[2]->id).size() == 1);
  const std::size_t kept = read_all(store, 1, records[3]->id).size();
  CHECK(kept >= kept_attempts);
  CHECK(kept <= kept_attempts + attempts_per_sweep);

  // What had to stay may go once it is settled.
  commit_changes(store, {.settled = {key_of(1, *records[0])}});
  fill(1000);
  CHECK(read_all(store, 1, records[0]->id).empty());
  CHECK(read_all(store, 1, records[1]->id).size() == 1);
}

}  // namespace
}  // namespace eventmgr
