#include "explain_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using namespace std::chrono_literals;

backtest_request on_topic(std::string_view text) { return {.topics = std::vector{pattern(text)}}; }

TEST_CASE("a proposed subscription is tried on history") {
  explain_fixture f;
  f.publish(make_event("order/created", R"({"cost":1})"));
  f.advance(1h);
  for (int cost : {50, 150, 250}) {
    f.publish(make_event("order/created", R"({"cost":)" + std::to_string(cost) + "}"));
  }
  f.publish_one("invoice/made");
  auto request = on_topic("order.*");
  request.filter = R"({"payload":{"cost":{"lt":200}}})";

  const auto found = f.backtest(request).value();

  CHECK(found.scanned == 5);
  CHECK(found.matched.count == 3);
  CHECK(found.complete);
  CHECK(found.matched.samples.size() == 3);
  REQUIRE(found.per_hour.size() == 2);
  CHECK(found.per_hour[0].count == 1);
  CHECK(found.per_hour[1].count == 2);
  CHECK(found.per_hour[1].begin - found.per_hour[0].begin == 1h);
  CHECK(found.scanned_through == position{{{5}}});
  CHECK_FALSE(found.against);
}

TEST_CASE("only the newest of what matches are samples") {
  explain_fixture f;
  f.publish("a", 25);
  const auto found = f.backtest(on_topic("a")).value();
  CHECK(found.matched.count == 25);
  REQUIRE(found.matched.samples.size() == event_sample::max_samples);
  CHECK(found.matched.samples.front().seq.value == 16);
  CHECK(found.matched.samples.back().seq.value == 25);
}

TEST_CASE("a stretch of time bounds what is tried: its begin is part of it, its end is not") {
  explain_fixture f;
  const time_point begin = f.time.now();
  f.publish_one("a");
  f.advance(10ms);
  f.publish_one("a");
  f.advance(10ms);
  f.publish_one("a");
  auto request = on_topic("a");
  request.since = begin + 10ms;
  CHECK(f.backtest(request).value().matched.count == 2);
  request.until = begin + 20ms;
  CHECK(f.backtest(request).value().matched.count == 1);
  f.advance(25h);
  CHECK(f.backtest(on_topic("a")).value().scanned == 0);
}

TEST_CASE("a change is compared with the subscription as it is, of which the rest is taken") {
  explain_fixture f;
  auto definition = f.webhook("s", "order.#");
  definition.filter = R"({"payload":{"cost":{"gt":100}}})";
  f.create(definition);
  for (int cost : {50, 150, 250}) {
    f.publish(make_event("order/created", R"({"cost":)" + std::to_string(cost) + "}"));
  }

  const auto found = f.backtest({.against = "s", .filter = R"({"payload":{"cost":{"lt":200}}})"}).value();

  CHECK(found.matched.count == 2);
  REQUIRE(found.against);
  CHECK(found.against->name == "s");
  CHECK(found.against->matched == 2);
  CHECK(found.against->gained.count == 1);
  CHECK(found.against->gained.samples.at(0).seq.value == 1);
  CHECK(found.against->lost.count == 1);
  CHECK(found.against->lost.samples.at(0).seq.value == 3);

  const auto same = f.backtest({.against = "s"}).value();
  CHECK(same.against->gained.count + same.against->lost.count == 0);
}

TEST_CASE("a backtest hints at topics that a star does not reach") {
  explain_fixture f;
  f.publish_one("project/member/added");
  f.publish_one("project/created");
  const auto found = f.backtest(on_topic("project.*")).value();
  REQUIRE(found.hints.size() == 1);
  CHECK(found.hints[0].str() == "project/member/added");
}

TEST_CASE("a backtest is refused as a creation is, with pointers") {
  explain_fixture f;
  const auto pointer_of = [&](backtest_request request) {
    const auto why = f.backtest(std::move(request)).error();
    CHECK(why.code == errc::invalid_request);
    return why.details.at(0).pointer;
  };
  CHECK(pointer_of({}) == "/topic");
  auto request = on_topic("a");
  request.filter = R"({"payload":{"x":{"wants":1}}})";
  CHECK(pointer_of(request) == "/filter/payload/x/wants");
  request = on_topic("a");
  request.since = request.until = f.time.now();
  CHECK(pointer_of(request) == "/until");
  CHECK(f.backtest({.against = "nobody"}).error().code == errc::not_found);
}

TEST_CASE("reading a long stretch gives others their turn, and ends when time is up") {
  explain_fixture f;
  for (int i = 0; i < 90; ++i) f.publish("a", 100);
  std::optional<result<backtest_result>> made;
  f.subject->explanations().backtest(on_topic("a"), f.into(made));
  f.core.run_one();
  bool in_turns = f.queries.waiting() == 1;
  f.queries.run_one();
  f.core.run_one();
  in_turns = in_turns && f.queries.waiting() == 1;
  SECTION("to the end") {
    f.settle();
    CHECK(made->value().complete);
    CHECK(made->value().matched.count == 9000);
  }
  SECTION("as far as the time goes") {
    f.time.advance(backtest_request::time_limit);
    f.settle();
    CHECK_FALSE(made->value().complete);
    CHECK(made->value().matched.count == 8000);
    CHECK(made->value().scanned_through == position{{{8000}}});
  }
  CHECK(in_turns);
}

}  // namespace
}  // namespace eventmgr::test
