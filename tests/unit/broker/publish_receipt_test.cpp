#include "broker/delivery/receipt_board.hpp"
#include "broker/waiting_publisher.hpp"
#include "explain_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using namespace std::chrono_literals;
using outcome = delivery_report::outcome;

struct receipt_fixture : explain_fixture {
  std::optional<result<delivery_receipt>> answer{};
  std::function<void()> give_up{};

  void publish_and_wait(std::shared_ptr<event> record, std::chrono::milliseconds wait = 5s) {
    give_up = subject->publish_and_wait(std::move(record), wait, into(answer));
    settle();
  }
  const delivery_report& report(std::size_t index) const { return answer->value().deliveries.at(index); }
};

TEST_CASE("a publisher that waits is told what every subscription did, by name") {
  receipt_fixture f;
  f.channels.at("https://good.test/").answer = [](const auto&) { return ok(); };
  f.channels.at("https://bad.test/").answer = [](const auto&) {
    return delivery_result{.outcome = delivery_result::verdict::reject, .error = "never"};
  };
  for (const char* const name : {"good", "bad"}) {
    auto definition = f.webhook(name, "a");
    definition.endpoint = "https://" + std::string{name} + ".test/";
    f.create(definition);
  }
  f.create(f.webhook("elsewhere", "b"));

  f.publish_and_wait(make_event("a"));

  REQUIRE(f.answer);
  const delivery_receipt& receipt = f.answer->value();
  CHECK(receipt.waited);
  CHECK(receipt.matched == 2);
  CHECK(receipt.stored.seq.value == 1);
  REQUIRE(receipt.deliveries.size() == 2);
  CHECK(f.report(0).name == "bad");
  CHECK(f.report(0).what == outcome::dead);
  CHECK(f.report(0).attempts == 1);
  CHECK(f.report(0).error == "never");
  CHECK(f.report(1).what == outcome::delivered);
  CHECK(f.report(1).attempts == 1);
  CHECK(f.report(1).error.empty());
}

TEST_CASE("the wait goes over retries, and ends with its time") {
  receipt_fixture f;
  auto definition = f.webhook("s");
  definition.options.retry = {.max_retries = 5, .initial_delay = 1000ms, .jitter = false};
  f.create(definition);
  f.publish_and_wait(make_event("a"), 2s);
  f.receiver().settle_next(refused("HTTP 400"));
  f.settle();
  CHECK_FALSE(f.answer);
  SECTION("delivered at the second attempt") {
    f.advance(1100ms);
    f.receiver().settle_next(ok());
    f.settle();
    REQUIRE(f.answer);
    CHECK(f.report(0).what == outcome::delivered);
    CHECK(f.report(0).attempts == 2);
  }
  SECTION("not in time") {
    f.advance(2000ms);
    REQUIRE(f.answer);
    CHECK(f.report(0).what == outcome::pending);
    CHECK(f.report(0).attempts == 1);
    CHECK(f.report(0).error == "HTTP 400");
  }
}

TEST_CASE("a client that goes away is answered at once, before or after its event was stored") {
  receipt_fixture f;
  f.create(f.webhook("s"));
  if (GENERATE(true, false)) {
    f.publish_and_wait(make_event("a"));
    f.give_up();
  } else {
    f.give_up = f.subject->publish_and_wait(make_event("a"), 5s, f.into(f.answer));
    f.give_up();
  }
  f.settle();
  REQUIRE(f.answer);
  CHECK(f.report(0).what == outcome::pending);
  f.give_up();
  f.settle();
}

TEST_CASE("nobody to wait for, a scheduled event and a duplicate that is delivered do not wait") {
  receipt_fixture f;
  SECTION("nobody") {
    f.publish_and_wait(make_event("a"));
    REQUIRE(f.answer);
    CHECK(f.answer->value().waited);
    CHECK(f.answer->value().matched == 0);
  }
  SECTION("scheduled") {
    f.create(f.webhook("s"));
    auto record = make_event("a");
    record->deliver_at = f.time.now() + 1h;
    f.publish_and_wait(record);
    REQUIRE(f.answer);
    CHECK(f.answer->value().stored.scheduled);
    CHECK_FALSE(f.answer->value().waited);
  }
  SECTION("duplicate") {
    f.create(f.webhook("s"));
    auto record = make_event("a");
    auto again = std::make_shared<event>(*record);
    f.publish(record);
    f.receiver().settle_next(ok());
    f.settle();
    f.publish_and_wait(again);
    REQUIRE(f.answer);
    CHECK(f.answer->value().stored.duplicate);
    CHECK(f.report(0).what == outcome::delivered);
  }
}

TEST_CASE("the publisher of a duplicate waits for what is not known yet, beside the first one's") {
  receipt_fixture f;
  f.channels.at("https://good.test/").answer = [](const auto&) { return ok(); };
  auto good = f.webhook("good");
  good.endpoint = "https://good.test/";
  f.create(good);
  f.create(f.webhook("slow"));
  auto record = make_event("a");
  auto again = std::make_shared<event>(*record);
  std::optional<result<delivery_receipt>> first;
  f.subject->publish_and_wait(record, 5s, f.into(first));
  f.settle();
  f.publish_and_wait(again);
  CHECK_FALSE(first);
  CHECK_FALSE(f.answer);
  SECTION("until the rest is delivered") {
    f.receiver().settle_next(ok());
    f.settle();
    REQUIRE(f.answer);
    CHECK(first);
    CHECK(f.answer->value().stored.duplicate);
    CHECK(f.answer->value().matched == 2);
    CHECK(f.answer->value().delivered == 2);
    CHECK(f.report(1).what == outcome::delivered);
  }
  SECTION("until its own time is over") {
    f.give_up();
    f.settle();
    REQUIRE(f.answer);
    CHECK_FALSE(first);
    CHECK(f.report(0).what == outcome::delivered);
    CHECK(f.report(1).what == outcome::pending);
  }
}

TEST_CASE("a receipt counts all that have the event, also where it does not name them") {
  receipt_fixture f;
  constexpr std::size_t count = waiting_publisher::max_reports + 5;
  for (std::size_t i = 0; i < count; ++i) {
    auto definition = f.webhook("s" + std::to_string(i));
    definition.endpoint = "https://receiver" + std::to_string(i) + ".test/";
    f.channels.at(definition.endpoint).answer = [](const auto&) { return ok(); };
    f.create(definition);
  }
  auto record = make_event("a");
  auto again = std::make_shared<event>(*record);
  for (const auto& each : {record, again}) {
    f.answer.reset();
    f.publish_and_wait(each);
    f.advance(100ms);
    REQUIRE(f.answer);
    CHECK(f.answer->value().deliveries.size() == waiting_publisher::max_reports);
    CHECK(f.answer->value().matched == count);
    CHECK(f.answer->value().delivered == count);
  }
}

TEST_CASE("an event that has expired or is skipped is told as such") {
  receipt_fixture f;
  f.create(f.webhook("s"));
  f.pause("s");
  auto record = make_event("a");
  const bool expires = GENERATE(true, false);
  if (expires) record->expires_at = f.time.now() + 10ms;
  f.publish_and_wait(record);
  f.time.advance(20ms);
  f.resume("s", {.how = expires ? resume_request::mode::drain : resume_request::mode::skip});
  f.advance(100ms);
  REQUIRE(f.answer);
  CHECK(f.report(0).what == (expires ? outcome::expired : outcome::skipped));
  CHECK(f.report(0).attempts == 0);
}

TEST_CASE("a publisher is told at once when a subscription is deleted, or moved past its event") {
  receipt_fixture f;
  f.create(f.webhook("s"));
  f.publish_and_wait(make_event("a"));
  CHECK_FALSE(f.answer);
  if (GENERATE(true, false)) {
    f.seek("s", offset{2});
  } else {
    f.subject->subscriptions().remove("s", [](const auto&) {});
    f.settle();
  }
  REQUIRE(f.answer);
  CHECK(f.report(0).what == outcome::skipped);
}

TEST_CASE("a publisher goes on waiting when a subscription is moved so that its event comes again") {
  receipt_fixture f;
  f.create(f.webhook("s"));
  f.publish_and_wait(make_event("a"));
  f.seek("s", offset{1});
  CHECK_FALSE(f.answer);
  f.receiver().settle_next(ok());
  f.settle();
  REQUIRE(f.answer);
  CHECK(f.report(0).what == outcome::delivered);
}

TEST_CASE("whom an event is for is found by the rule that is being stored") {
  receipt_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s", "a"));
  // The change has begun when the event passes the sequencer, and is stored after it.
  f.give_up = f.subject->publish_and_wait(make_event("b"), 5s, f.into(f.answer));
  f.subject->subscriptions().create(f.webhook("s", "b"), [](const auto& changed) { REQUIRE(changed.has_value()); });
  f.core.run_one();
  f.core.run_one();
  f.advance(100ms);
  REQUIRE(f.answer);
  CHECK(f.answer->value().matched == 1);
  CHECK(f.report(0).what == outcome::delivered);
}

TEST_CASE("so many may wait, and no more: the event is not published then") {
  receipt_fixture f;
  f.create(f.webhook("s"));
  std::size_t answered = 0;
  std::vector<std::function<void()>> waiting;
  for (std::size_t i = 0; i < receipt_board::max_waiting; ++i) {
    waiting.push_back(f.subject->publish_and_wait(make_event("a"), 5s, [&](const auto&) { ++answered; }));
  }
  f.settle();

  f.publish_and_wait(make_event("a"));

  REQUIRE(f.answer);
  CHECK(f.answer->error().code == errc::rate_limited);
  CHECK(f.subject->counters().events_published == receipt_board::max_waiting);
  waiting.front()();
  f.settle();
  CHECK(answered == 1);
  f.answer.reset();
  f.publish_and_wait(make_event("a"), 1s);
  CHECK_FALSE(f.answer);
  f.advance(5s);
  CHECK(answered == receipt_board::max_waiting);
  REQUIRE(f.answer);
  CHECK(f.answer->has_value());
}

TEST_CASE("closing answers those who wait") {
  receipt_fixture f;
  f.create(f.webhook("s"));
  f.pause("s");
  f.publish_and_wait(make_event("a"), 60s);
  f.subject->drain([] {});
  f.settle();
  CHECK(f.answer);
}

TEST_CASE("the right to wait may outlive those who gave it") {
  fake_alarm bell;
  const fake_clock time;
  timers alarms{bell, time};
  std::shared_ptr<receipt_board::seat> last;
  {
    receipt_board board{alarms};
    last = board.reserve();
  }
  REQUIRE(last != nullptr);
  last.reset();
}

}  // namespace
}  // namespace eventmgr::test
