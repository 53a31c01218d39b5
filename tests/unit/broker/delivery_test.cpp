#include "proof_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using seqs = std::vector<std::uint64_t>;

TEST_CASE("a durable subscription gets every event on its topics after its creation, and no other") {
  delivery_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.publish_one("a/b");
  f.create(f.webhook("s", "a.#"));

  f.publish_one("a/b");
  f.publish_one("c");
  f.publish_one("a");
  f.advance(std::chrono::milliseconds{100});

  CHECK(f.receiver().seqs() == seqs{2, 4});
  const auto stats = f.stats("s");
  CHECK(stats.matched == 2);
  CHECK(stats.acknowledged == 2);
  CHECK(stats.in_flight == 0);
  CHECK(stats.lag == std::array<std::uint64_t, 4>{});
}

TEST_CASE("one delivery is in flight at a time unless more are allowed") {
  delivery_fixture f;
  auto definition = f.webhook("s");
  SECTION("one") {
    f.create(definition);
    f.publish("a", 3);
    CHECK(f.receiver().seqs() == seqs{1});
    f.receiver().settle_next();
    f.settle();
    CHECK(f.receiver().seqs() == seqs{1, 2});
  }
  SECTION("two") {
    definition.options.max_concurrency = 2;
    f.create(definition);
    f.publish("a", 3);
    CHECK(f.receiver().seqs() == seqs{1, 2});
  }
  SECTION("in batches") {
    definition.options.batch_size = 2;
    f.create(definition);
    f.publish("a", 3);
    REQUIRE(f.receiver().sent.size() == 1);
    CHECK(f.receiver().sent[0].size() == 2);
  }
}

TEST_CASE("a batch waits to be full, but not longer than it may") {
  delivery_fixture f;
  auto definition = f.webhook("s");
  definition.options.batch_size = 3;
  definition.options.batch_wait = std::chrono::milliseconds{500};
  f.create(definition);

  f.publish("a", 2);
  CHECK(f.receiver().sent.empty());
  f.advance(std::chrono::milliseconds{600});
  REQUIRE(f.receiver().sent.size() == 1);
  CHECK(f.receiver().sent[0].size() == 2);
}

TEST_CASE("urgent events overtake a backlog, also one that lies in the store, also after a crash") {
  delivery_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s"));
  f.pause("s");
  for (int i = 0; i < 30; ++i) f.publish("a", 100);
  f.publish_one("a", priority::critical);
  f.publish_one("a", priority::high);
  CHECK(f.stats("s").lag == std::array<std::uint64_t, 4>{1, 1, 3000, 0});

  if (GENERATE(false, true)) f.crash();
  f.resume("s");
  f.advance(std::chrono::milliseconds{100});

  const auto got = f.receiver().seqs();
  REQUIRE(got.size() == 3002);
  CHECK(got[0] == 3001);
  CHECK(got[1] == 3002);
  CHECK(std::is_sorted(got.begin() + 2, got.end()));
  CHECK(f.stats("s").acknowledged == 3002);
}

TEST_CASE("a less urgent lane that was passed over often enough gets its turn") {
  delivery_fixture f;
  f.create(f.webhook("s"));
  f.pause("s");
  f.publish_one("a", priority::low);
  for (int i = 0; i < 60; ++i) f.publish_one("a", priority::critical);
  f.receiver().answer = [](const auto&) { return ok(); };
  f.resume("s");

  const auto got = f.receiver().seqs();
  REQUIRE(got.size() == 61);
  CHECK(std::find(got.begin(), got.end(), 1) - got.begin() == 32);
}

TEST_CASE("what was acknowledged is not delivered again after an orderly restart") {
  delivery_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s"));
  f.publish("a", 5);
  f.advance(std::chrono::milliseconds{100});
  f.crash();
  f.publish("a");
  f.advance(std::chrono::milliseconds{100});

  CHECK(f.receiver().seqs() == seqs{1, 2, 3, 4, 5, 6});
  CHECK(f.stats("s").acknowledged == 6);
}

TEST_CASE("what was in flight at a crash is delivered again") {
  delivery_fixture f;
  f.create(f.webhook("s"));
  f.publish("a", 2);
  CHECK(f.receiver().seqs() == seqs{1});
  f.crash();
  CHECK(f.receiver().seqs() == seqs{1, 1});
}

TEST_CASE("creation under a name that exists changes that subscription and keeps its place") {
  delivery_fixture f;
  const auto first = f.create(f.webhook("s", "a"));
  CHECK(first.created);
  f.pause("s");
  f.publish("a", 2);

  auto changed = f.webhook("s", "a");
  changed.description = "now with words";
  const auto second = f.create(changed);
  CHECK_FALSE(second.created);
  CHECK(second.info.id == first.info.id);
  CHECK(second.info.revision == 1);
  f.resume("s");
  CHECK(f.receiver().seqs() == seqs{1});

  changed.options.ordering = delivery_ordering::topic;
  CHECK(f.refusal(changed).code == errc::conflict);
}

TEST_CASE("a check fails as a creation would, and changes nothing") {
  delivery_fixture f;
  f.create(f.webhook("known", "a"));
  const auto check = [&](const subscription_definition& definition) {
    std::optional<result<std::monostate>> said;
    f.subject->subscriptions().check(definition, f.into(said));
    f.settle();
    return said.value().has_error() ? std::optional{said.value().error().code} : std::nullopt;
  };

  CHECK_FALSE(check(f.webhook("fresh", "a")));
  CHECK_FALSE(check(f.webhook("known", "b")));
  auto reordered = f.webhook("known", "a");
  reordered.options.ordering = delivery_ordering::topic;
  CHECK(check(reordered) == errc::conflict);
  auto from_nowhere = f.webhook("fresh", "a");
  from_nowhere.options.start_from = offset{77};
  CHECK(check(from_nowhere) == errc::invalid_request);
  f.channels.checked = failure{.code = errc::invalid_request, .message = "refused"};
  CHECK(check(f.webhook("fresh", "a")) == errc::invalid_request);

  f.publish("b");
  CHECK(f.receiver().seqs().empty());
}

TEST_CASE("a changed pattern holds for what is published from then on") {
  delivery_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s", "a"));
  f.pause("s");
  f.publish_one("a");
  f.publish_one("b");
  auto changed = f.webhook("s", "b");
  CHECK(f.create(changed).info.revision == 2);
  f.publish_one("a");
  f.publish_one("b");
  if (GENERATE(false, true)) f.crash();
  f.resume("s");
  f.advance(std::chrono::milliseconds{100});

  CHECK(f.receiver().seqs() == seqs{1, 4});
}

TEST_CASE("what comes while a pattern is being changed is judged by the new one, as the ledger says") {
  delivery_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s", "a"));
  const auto publish = [&](const char* on) { f.subject->publish({make_event(on)}, [](const auto&) {}); };

  publish("a");
  f.subject->subscriptions().create(f.webhook("s", "b"), [](const auto& changed) { REQUIRE(changed.has_value()); });
  publish("b");
  f.settle();
  publish("a");
  f.advance(std::chrono::milliseconds{100});

  CHECK(f.receiver().seqs() == seqs{2});
  CHECK(lines_of(prove_now(*f.store)) == std::vector<std::string>{});
}

TEST_CASE("a change of the pattern that cannot be stored changes nothing") {
  delivery_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s", "a"));
  f.faults->fail_next_commits(10);
  f.subject->subscriptions().create(f.webhook("s", "b"),
                                    [](const auto& changed) { REQUIRE_FALSE(changed.has_value()); });
  f.settle();
  f.faults->clear();

  f.publish_one("a");
  f.publish_one("b");
  f.advance(std::chrono::milliseconds{100});

  CHECK(f.receiver().seqs() == seqs{1});
  CHECK(lines_of(prove_now(*f.store)) == std::vector<std::string>{});
}

TEST_CASE("a pause can end with the backlog skipped, or all but its newest") {
  delivery_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s"));
  f.pause("s");
  f.publish("a", 10);
  SECTION("skip") {
    f.resume("s", {.how = resume_request::mode::skip});
    f.advance(std::chrono::milliseconds{100});
    CHECK(f.receiver().seqs().empty());
    CHECK(f.stats("s").skipped == 10);
  }
  SECTION("last") {
    f.resume("s", {.how = resume_request::mode::last, .keep = 3});
    f.advance(std::chrono::milliseconds{100});
    CHECK(f.receiver().seqs() == seqs{8, 9, 10});
    CHECK(f.stats("s").skipped == 7);
  }
  CHECK(f.stats("s").matched == 10);
}

TEST_CASE("a backlog over its limit is skipped, the oldest first") {
  delivery_fixture f;
  auto definition = f.webhook("s");
  definition.options.max_backlog = backlog_limit{.events = 4};
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(definition);
  f.pause("s");
  f.publish("a", 10);
  f.advance(std::chrono::seconds{5});
  f.resume("s");
  f.advance(std::chrono::milliseconds{100});

  CHECK(f.receiver().seqs() == seqs{7, 8, 9, 10});
  CHECK(f.stats("s").skipped == 6);
}

TEST_CASE("seek begins a new generation, in either direction") {
  delivery_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s"));
  f.publish("a", 5);
  f.advance(std::chrono::milliseconds{100});
  f.seek("s", offset{4});
  f.advance(std::chrono::milliseconds{100});

  CHECK(f.receiver().seqs() == seqs{1, 2, 3, 4, 5, 4, 5});
  const auto info = f.info("s");
  CHECK(info.generation == 2);
  CHECK(f.stats("s").acknowledged == 2);
  f.crash();
  CHECK(f.stats("s").acknowledged == 2);
  CHECK(f.receiver().seqs().size() == 7);
}

TEST_CASE("a deleted subscription gets nothing more, and its name is free") {
  delivery_fixture f;
  f.create(f.webhook("s"));
  f.remove("s");
  f.publish("a");
  CHECK(f.receiver().sent.empty());
  f.crash();
  CHECK(f.create(f.webhook("s")).created);
}

TEST_CASE("events that expire while they wait are delivered to nobody, and counted") {
  delivery_fixture f;
  f.create(f.webhook("s"));
  f.pause("s");
  auto made = make_event("a");
  made->expires_at = f.time.now() + std::chrono::seconds{1};
  f.subject->publish({made}, [](const auto&) {});
  f.settle();
  f.advance(std::chrono::seconds{2});
  f.resume("s");
  f.advance(std::chrono::milliseconds{100});

  CHECK(f.receiver().sent.empty());
  CHECK(f.stats("s").expired == 1);
}

TEST_CASE("the rate limit delays, and CRITICAL passes it where that is asked for") {
  delivery_fixture f;
  auto definition = f.webhook("s");
  definition.options.rate_limit_per_minute = 60;
  definition.options.max_concurrency = 100;
  definition.filter = R"({"criticalAlways":true})";
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(definition);
  f.publish("a", 3);
  f.advance(std::chrono::milliseconds{100});
  CHECK(f.receiver().seqs().size() == 1);
  f.publish_one("a", priority::critical);
  f.advance(std::chrono::milliseconds{100});
  CHECK(f.receiver().seqs() == seqs{1, 4});
  f.advance(std::chrono::seconds{5});
  CHECK(f.receiver().seqs() == seqs{1, 4, 2, 3});
}

TEST_CASE("creation tells of topics that only a wider pattern would match") {
  delivery_fixture f;
  f.publish_one("project/created");
  f.publish_one("project/member/added");
  const auto made = f.create(f.webhook("s", "project.*"));
  REQUIRE(made.hints.size() == 1);
  CHECK(made.hints[0].str() == "project/member/added");
}

TEST_CASE("while the store does not take outcomes, they are kept, and written when it does") {
  delivery_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s"));
  f.publish("a", 3);
  f.faults->fail_next_commits(3);
  f.advance(std::chrono::seconds{3});
  f.crash();
  f.publish("a");
  f.advance(std::chrono::milliseconds{100});
  CHECK(f.receiver().seqs() == seqs{1, 2, 3, 4});
}

TEST_CASE("a scheduled event is published when it is due, and not before, also by a later run") {
  delivery_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  f.create(f.webhook("s"));
  auto made = make_event("a");
  made->deliver_at = f.time.now() + std::chrono::seconds{10};
  append_outcome outcome{};
  f.subject->publish({made}, [&](const auto& answer) { outcome = answer.value()[0].outcome; });
  f.settle();
  CHECK(outcome == append_outcome::scheduled);
  if (GENERATE(false, true)) f.crash();
  f.advance(std::chrono::milliseconds{9900});
  CHECK(f.receiver().sent.empty());
  f.advance(std::chrono::milliseconds{300});
  CHECK(f.receiver().seqs() == seqs{1});
}

}  // namespace
}  // namespace eventmgr::test
