#include "proof_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace eventmgr::test {
namespace {

// What of a backlog is skipped: by `maxBacklog`, or by `resume` with `last`.

using seqs = std::vector<std::uint64_t>;
using namespace std::chrono_literals;

struct backlog_fixture : delivery_fixture {
  void publish_typed(const std::string& type, std::size_t count = 1) {
    std::vector<std::shared_ptr<event>> events;
    for (std::size_t i = 0; i < count; ++i) {
      events.push_back(make_event("a"));
      events.back()->type = type;
    }
    subject->publish(std::move(events), [](const auto&) {});
    settle();
  }

  /// The offsets that were sent, ascending.
  seqs sent() {
    seqs all = receiver().seqs();
    std::ranges::sort(all);
    return all;
  }
};

TEST_CASE("of a backlog only what passes the filter counts") {
  backlog_fixture f;
  auto definition = f.webhook("s");
  definition.filter = R"({"types":["keep"]})";
  definition.options.max_backlog = backlog_limit{.events = 4};
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(definition);
  f.pause("s");
  f.publish_typed("keep", 4);
  f.publish_typed("other", 300);
  f.advance(5s);
  seqs expected{1, 2, 3, 4};
  if (GENERATE(false, true)) {  // over the limit
    f.publish_typed("keep", 2);
    f.advance(5s);
    expected = {3, 4, 305, 306};
  }
  f.resume("s");
  f.advance(100ms);

  CHECK(f.sent() == expected);
  CHECK(lines_of(prove_now(*f.store)) == std::vector<std::string>{});
}

TEST_CASE("of a backlog only what has no outcome counts, however much was acknowledged after the oldest") {
  backlog_fixture f;
  auto definition = f.webhook("s");
  definition.options.max_concurrency = 2;
  definition.options.max_backlog = backlog_limit{.events = 4};
  f.create(definition);
  f.publish_one("a", GENERATE(priority::normal, priority::low));
  f.publish("a", 20);
  // The first one has no answer yet, the others go past it.
  while (f.receiver().pending.size() > 1) {
    std::ranges::rotate(f.receiver().pending, f.receiver().pending.begin() + 1);
    f.receiver().settle_next(ok());
    f.settle();
  }
  REQUIRE(f.receiver().seqs().size() == 21);
  f.advance(5s);
  // It comes back, and would be skipped now if it were to be.
  f.receiver().settle_next({.outcome = delivery_result::verdict::release});
  f.settle();
  REQUIRE(f.receiver().pending.size() == 1);
  f.receiver().settle_next(ok());
  f.advance(100ms);

  CHECK(f.stats("s").skipped == 0);
  CHECK(f.stats("s").acknowledged == 21);
}

TEST_CASE("the newest of a backlog are kept, over all lanes, in the tail ring and in the store") {
  const std::uint64_t keep = GENERATE(as<std::uint64_t>{}, 0, 1, 299, 700, 1300, 2099, 2100, 3000);
  const std::string filter = GENERATE(as<std::string>{}, "", R"({"excludeTypes":["nothing"]})");
  backlog_fixture f;
  auto definition = f.webhook("s");
  definition.filter = filter;
  definition.options.batch_size = 100;
  f.create(definition);
  f.pause("s");
  for (int i = 0; i < 21; ++i) {
    std::vector<std::shared_ptr<event>> events;
    for (int k = 0; k < 100; ++k) {
      events.push_back(make_event("a"));
      // Most are NORMAL, so that this lane alone outgrows its window.
      events.back()->priority = k % 4 == 3 ? static_cast<priority>(k / 4 % 4) : priority::normal;
    }
    f.subject->publish(std::move(events), [](const auto&) {});
    f.settle();
  }
  if (GENERATE(false, true)) f.crash();
  f.receiver().answer = [](const auto&) { return ok(); };
  f.resume("s", {.how = resume_request::mode::last, .keep = keep});
  f.advance(1s);

  const std::uint64_t kept = std::min<std::uint64_t>(keep, 2100);
  const seqs sent = f.sent();
  CHECK(sent.size() == kept);
  CHECK((sent.empty() || sent.front() == 2100 - kept + 1));
  CHECK(f.stats("s").skipped == 2100 - kept);
}

TEST_CASE("a backlog under an older pattern is seen, and counts by that pattern") {
  backlog_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s", "a"));
  f.pause("s");
  f.publish("a", 5);
  f.publish("b", 5);
  f.time.advance(10s);
  f.create(f.webhook("s", "b"));
  CHECK(f.stats("s").lag == std::array<std::uint64_t, 4>{0, 0, 5, 0});
  CHECK(f.stats("s").oldest_unsettled_age == 10s);
  f.publish("a", 5);
  f.publish("b", 5);
  CHECK(f.stats("s").lag == std::array<std::uint64_t, 4>{0, 0, 10, 0});
  f.resume("s", {.how = resume_request::mode::last, .keep = 7});
  f.advance(100ms);

  CHECK(f.sent() == seqs{4, 5, 16, 17, 18, 19, 20});
}

TEST_CASE("what was skipped stays skipped when a pause ends with the newest") {
  backlog_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s"));
  f.pause("s");
  f.publish("a", 5);
  f.receiver().capacity = 0;
  f.resume("s", {.how = resume_request::mode::skip});
  f.pause("s");
  f.publish("a", 2);
  f.receiver().capacity = SIZE_MAX;
  f.resume("s", {.how = resume_request::mode::last, .keep = 5});
  f.advance(100ms);

  CHECK(f.sent() == seqs{6, 7});
}

TEST_CASE("a resume with the last events holds up no other change while it looks for them") {
  backlog_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s"));
  f.create(f.webhook("t"));
  f.pause("s");
  f.publish("a", 5);
  std::optional<result<subscription_info>> resumed;
  std::optional<result<subscription_info>> paused;
  f.subject->subscriptions().resume("s", {.how = resume_request::mode::last, .keep = 2}, f.into(resumed));
  f.subject->subscriptions().pause("t", f.into(paused));
  run_all(f.core, f.writer);
  CHECK(paused.has_value());
  CHECK_FALSE(resumed.has_value());

  SECTION("and is refused if its subscription is moved meanwhile") {
    f.subject->subscriptions().seek("s", start_earliest{}, [](const auto&) {});
    run_all(f.core, f.writer);
    f.settle();
    REQUIRE(resumed.has_value());
    REQUIRE(resumed->has_error());
    CHECK(resumed->error().code == errc::conflict);
    return;
  }
  f.settle();
  REQUIRE(resumed.has_value());
  CHECK(resumed->has_value());
}

}  // namespace
}  // namespace eventmgr::test
