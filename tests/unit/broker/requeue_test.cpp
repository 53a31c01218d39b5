#include "redelivery_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using seqs = std::vector<std::uint64_t>;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("dead letters are delivered again, the oldest first, and close once they are") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(3);

  const requeue_plan plan = f.requeue();
  CHECK(plan.matched == 3);
  f.advance(milliseconds{200});

  CHECK(f.receiver().seqs() == seqs{1, 2, 3});
  CHECK(f.receiver().sent.front().front().attempt == 2);
  CHECK(f.letters().empty());
  CHECK(f.letters(dead_letter_state::delivered).size() == 3);
  const requeue_plan ended = f.plan(plan.id);
  CHECK(ended.status == requeue_status::completed);
  CHECK(ended.delivered == 3);
  const auto stats = f.stats("s");
  CHECK(stats.dead == 3);
  CHECK(stats.acknowledged == 0);
  CHECK(stats.matched == 3);
}

TEST_CASE("one that fails again stays open, with its reason and all of its attempts, and is not tried again") {
  redelivery_fixture f;
  auto definition = f.webhook("s");
  definition.options.retry.max_retries = 1;
  f.create(definition);
  f.receiver().answer = [](const auto&) { return refused(); };
  f.publish("a");
  f.advance(seconds{2});
  f.receiver().answer = [](const auto&) { return refused("HTTP 422"); };

  const requeue_plan plan = f.requeue();
  f.advance(seconds{5});

  CHECK(f.receiver().seqs() == seqs{1, 1, 1, 1});
  CHECK(f.receiver().sent.back().front().attempt == 4);
  CHECK(f.plan(plan.id).status == requeue_status::completed);
  CHECK(f.plan(plan.id).failed == 1);
  const auto letters = f.letters();
  REQUIRE(letters.size() == 1);
  CHECK(letters[0].reason == "HTTP 422");
  CHECK(letters[0].retry_count == 3);
  CHECK(letters[0].attempts.size() == 4);
}

TEST_CASE("an edited dead letter goes out as an event of its own; the original is kept") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.receiver().answer = [](const auto&) { return refused(); };
  auto made = make_event("a", R"({"cost":-1,"unit":"EUR"})");
  const event_id id = made->id;
  f.subject->publish({std::move(made)}, [](const auto&) {});
  f.settle();
  f.advance(milliseconds{100});
  f.receiver().answer = [](const auto&) { return ok(); };

  f.requeue({.which = {.ids = {f.letters().front().id}}, .patch = R"({"cost":1})"});
  f.advance(milliseconds{100});

  const event& sent = *f.receiver().sent.back().front().record;
  CHECK(sent.payload == R"({"cost":1,"unit":"EUR"})");
  CHECK(sent.id != id);
  const auto closed = f.letters(dead_letter_state::delivered);
  REQUIRE(closed.size() == 1);
  CHECK(closed[0].record.id == id);
  CHECK(closed[0].record.payload == R"({"cost":-1,"unit":"EUR"})");
}

TEST_CASE("a canary that fails stops the plan, which can be resumed") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(5);
  f.receiver().answer = [](const auto&) { return refused("HTTP 500"); };

  const requeue_plan plan = f.requeue({.canary = 2});
  f.advance(milliseconds{200});

  CHECK(f.plan(plan.id).status == requeue_status::stopped);
  CHECK(f.plan(plan.id).status_reason == "the canary failed: HTTP 500");
  CHECK(f.receiver().seqs() == seqs{1});
  f.receiver().answer = [](const auto&) { return ok(); };
  CHECK(f.resume(plan.id).has_value());
  f.advance(milliseconds{200});
  CHECK(f.receiver().seqs() == seqs{1, 2, 3, 4, 5});
  CHECK(f.plan(plan.id).status == requeue_status::completed);
  CHECK(f.plan(plan.id).delivered == 4);
  CHECK(f.letters().size() == 1);
}

TEST_CASE("a rate is kept, and a plan goes on after a crash without repeating what was delivered") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(6);

  const requeue_plan plan = f.requeue({.rate_per_second = 2});
  f.advance(milliseconds{1200});
  CHECK(f.receiver().seqs() == seqs{1, 2, 3});
  f.crash();
  f.advance(seconds{2});

  CHECK(f.receiver().seqs() == seqs{1, 2, 3, 4, 5, 6});
  CHECK(f.plan(plan.id).status == requeue_status::completed);
  CHECK(f.plan(plan.id).delivered == 6);
}

TEST_CASE("a plan that is cancelled begins with nothing more") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(4);
  const requeue_plan plan = f.requeue({.rate_per_second = 1});
  f.advance(milliseconds{100});

  const auto cancelled = f.cancel(plan.id);

  CHECK(cancelled.value().status == requeue_status::cancelled);
  f.advance(seconds{5});
  CHECK(f.receiver().seqs() == seqs{1});
  CHECK(f.letters().size() == 3);
  CHECK(f.cancel(plan.id).error().code == errc::conflict);
}

TEST_CASE("a plan that ends while its subscription is moved leaves nothing behind on it") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(2);
  f.receiver().answer = nullptr;
  const requeue_plan plan = f.requeue();
  REQUIRE_FALSE(f.receiver().pending.empty());
  // What is under way goes on; the move gives it back, and with that the plan is over.
  REQUIRE(f.cancel(plan.id).has_value());
  f.seek("s", start_now{});
  CHECK(f.plan(plan.id).status == requeue_status::cancelled);
  f.advance(milliseconds{100});

  f.receiver().answer = [](const auto&) { return ok(); };
  f.receiver().sent.clear();
  const requeue_plan next = f.requeue();
  f.advance(milliseconds{500});
  CHECK(f.plan(next.id).delivered == 2);
  CHECK(f.receiver().seqs() == seqs{1, 2});
  f.remove("s");
}

TEST_CASE("a limit takes so many, a filter only its own") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(5);

  const requeue_plan plan = f.requeue({.limit = 2});
  f.advance(milliseconds{100});
  CHECK(plan.matched == 2);
  CHECK(f.receiver().seqs() == seqs{1, 2});
  CHECK(f.plan(plan.id).status == requeue_status::completed);

  const requeue_plan none = f.requeue({.which = {.reason = "no such reason"}});
  CHECK(none.matched == 0);
  f.advance(milliseconds{100});
  CHECK(f.plan(none.id).status == requeue_status::completed);
}

TEST_CASE("a preview counts and changes nothing") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(5);

  const auto shown = f.ask<requeue_preview>([&](auto& face, auto done) { face.preview_requeue({.limit = 4}, done); });

  CHECK(shown.value().matched == 4);
  CHECK(shown.value().oldest.has_value());
  f.advance(seconds{1});
  CHECK(f.receiver().sent.empty());
}

TEST_CASE("what waits in the lanes goes before what is requeued") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(2);
  f.receiver().answer = nullptr;
  f.publish("a", 2);
  f.requeue();

  for (int i = 0; i < 4; ++i) f.end_next(ok());

  CHECK(f.receiver().seqs() == seqs{3, 4, 1, 2});
}

TEST_CASE("a dead letter of a subscription that was deleted cannot be requeued, but discarded") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(1);
  f.remove("s");
  const dead_letter_id id = f.letters().front().id;

  const auto refusal =
      f.ask<requeue_plan>([&](auto& face, auto done) { face.requeue({.which = {.ids = {id}}}, done); });
  CHECK(refusal.error().code == errc::conflict);
  CHECK(f.requeue().skipped == 1);

  const auto gone = f.ask<dead_letter>([&](auto& face, auto done) { face.discard_one(id, done); });
  CHECK(gone.value().state == dead_letter_state::discarded);
  CHECK(f.letters().empty());
}

TEST_CASE("dead letters are discarded by filter, after a dry run that changes nothing") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(250);
  f.advance(seconds{10});

  const auto dry = f.discard_all(true);
  CHECK(dry.value().matched == 250);
  CHECK(dry.value().discarded == 0);
  CHECK(f.discard_all()->discarded == 250);
  CHECK(f.letters().empty());
  CHECK(f.stats("s").dead == 250);
}

TEST_CASE("of the dead letters that are selected the oldest are discarded, as many as are wanted") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(250);
  f.advance(seconds{10});
  const auto discard = [&](std::uint64_t limit, bool dry_run) {
    return f.ask<discard_summary>([&](auto& face, auto done) { face.discard({}, limit, dry_run, done); }).value();
  };

  CHECK(discard(150, true).matched == 150);
  CHECK(discard(300, true).matched == 250);
  // More than a page, and no multiple of one.
  CHECK(discard(150, false).discarded == 150);

  std::optional<result<dead_letter_page>> left;
  f.subject->subscriptions().query_dead_letters({.oldest_first = true, .limit = 1000}, f.into(left));
  f.settle();
  const auto& letters = left.value().value().dead_letters;
  REQUIRE(letters.size() == 100);
  CHECK(letters.front().record.seq == offset{151});
  CHECK(discard(1000, false).discarded == 100);
}

}  // namespace
}  // namespace eventmgr::test
