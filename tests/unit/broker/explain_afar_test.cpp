#include "explain_fixture.hpp"

#include <catch2/catch.hpp>

// Events that are not in the log yet, and subscriptions that are there no more.

namespace eventmgr::test {
namespace {

using namespace std::chrono_literals;

TEST_CASE("an event on the schedule is said to be there, until when, and who will get it") {
  explain_fixture f;
  f.create(f.webhook("s", "a"));
  f.create(f.webhook("t", "b"));
  auto record = make_event("a");
  const time_point due = f.time.now() + 3600s;
  record->deliver_at = due;
  const event_id id = f.publish(record);

  const auto explained = f.explain(id);
  CHECK_FALSE(explained.published);
  CHECK(explained.scheduled_for == due);
  REQUIRE(explained.subscriptions.size() == 2);
  CHECK(explained.subscriptions[0].delivery.state == delivery_fate::scheduled);
  CHECK(explained.subscriptions[0].delivery.due == due);
  CHECK(explained.subscriptions[0].delivery.delivered() == false);
  CHECK(explained.subscriptions[1].delivery.state == delivery_fate::unmatched);

  // What has no log yet is not found, but said to be on its way.
  const std::string words = "it is scheduled for " + format_rfc3339(due);
  std::optional<result<event>> found;
  f.subject->find_event(id, f.into(found));
  std::optional<result<event_trace>> traced;
  f.subject->explanations().trace(id, f.into(traced));
  f.settle();
  CHECK(found.value().error().code == errc::not_found);
  CHECK(found.value().error().message.find(words) != std::string::npos);
  CHECK(traced.value().error().message.find(words) != std::string::npos);

  f.advance(3601s);
  CHECK(f.explain(id).published);
  CHECK_FALSE(f.explain(id).scheduled_for);
}

TEST_CASE("a dead letter of a subscription that was deleted is told, and marked") {
  explain_fixture f;
  f.receiver().answer = [](const auto&) {
    return delivery_result{.outcome = delivery_result::verdict::reject, .error = "never"};
  };
  f.create(f.webhook("gone", "a"));
  const event_id id = f.publish_one("a");
  f.advance(100ms);
  f.create(f.webhook("other", "b"));
  f.subject->subscriptions().remove("gone", [](const auto&) {});
  f.settle();

  const auto explained = f.explain(id);
  REQUIRE(explained.subscriptions.size() == 2);
  CHECK(explained.subscriptions[0].delivery.name == "other");
  const event_delivery& left = explained.subscriptions[1].delivery;
  CHECK(left.name == "gone");
  CHECK(left.deleted);
  CHECK(left.state == delivery_fate::dead_letter);
  CHECK(left.last_error == "never");
  REQUIRE(left.dead);
  const auto page = f.deliveries(id);
  REQUIRE(page.deliveries.size() == 1);
  CHECK(page.deliveries[0].deleted);
  CHECK(f.trace(id).events.at(0).deliveries.size() == 1);
}

}  // namespace
}  // namespace eventmgr::test
