#include "broker/delivery/redelivery_face.hpp"
#include "broker/explain/redelivery_notes.hpp"
#include "explain_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// When things happened, as far as it is known: deliveries that no log keeps, dead letters, requeues and replays.

namespace eventmgr::test {
namespace {

using namespace std::chrono_literals;
using entry_kind = trace_entry::kind;
using note_outcome = redelivery_note::outcome;

/// A broker whose receivers say when they were asked.
struct timed_fixture : explain_fixture {
  void answer(const delivery_result& came) {
    receiver().answer = [this, came](const auto&) {
      delivery_result made = came;
      made.at = time.now();
      return made;
    };
  }

  template <class T, class Start>
  T ask(Start start) {
    std::optional<result<T>> came;
    start(subject->redeliveries(), into(came));
    settle();
    return came.value().value();
  }
  requeue_plan requeue(const requeue_request& request = {}) {
    return ask<requeue_plan>([&](auto& face, auto done) { face.requeue(request, done); });
  }
  requeue_plan cancel(requeue_id id) {
    return ask<requeue_plan>([&](auto& face, auto done) { face.cancel_requeue(id, done); });
  }

  /// The subscription's definition, by which an event is given up at once.
  static subscription_definition hasty(std::string name) {
    subscription_definition made = webhook(std::move(name));
    made.options.retry.max_retries = 0;
    return made;
  }
};

/// With an event that its one subscription has given up, a second ago.
struct given_up_fixture : timed_fixture {
  event_id id{};
  time_point received{};

  given_up_fixture() {
    create(hasty("s"));
    answer(refused("no"));
    id = publish_one("a");
    received = time.now();
    advance(1s);
  }
};

std::vector<trace_entry> entries_of(const event_trace& trace, entry_kind what) {
  std::vector<trace_entry> found;
  std::ranges::copy_if(trace.timeline, std::back_inserter(found), [&](const auto& each) { return each.what == what; });
  return found;
}

/// The kinds of all entries after the first.
std::string kinds_of(const event_trace& trace) {
  std::string text;
  for (std::size_t i = 1; i < trace.timeline.size(); ++i) text += std::string{to_string(trace.timeline[i].what)} + " ";
  return text;
}

TEST_CASE("when an event was delivered at once is remembered; after a restart it is said that it is not kept") {
  timed_fixture f;
  f.create(f.webhook("s"));
  const event_id id = f.publish_one("a");
  const time_point received = f.time.now();
  f.advance(40ms);
  f.receiver().settle_next({.at = f.time.now() - 5ms, .duration = 5ms});
  f.advance(100ms);

  for (const event_delivery& delivery : {f.explain(id, "s").delivery, f.deliveries(id).deliveries.at(0)}) {
    CHECK(delivery.state == delivery_fate::acknowledged);
    CHECK(delivery.acknowledged_at == received + 40ms);
    CHECK(delivery.acknowledging_attempt == 1);
    CHECK(delivery.acknowledging_time == 5ms);
    CHECK_FALSE(delivery.acknowledgement_logged);
    CHECK(delivery.attempts == 1);
    CHECK(delivery.time_not_kept.empty());
    CHECK(delivery.log.empty());
  }
  auto trace = f.trace(id);
  CHECK(kinds_of(trace) == "delivered ");
  CHECK(trace.timeline.back().timed);
  CHECK(trace.timeline.back().at == received + 40ms);
  CHECK(trace.timeline.back().latency == 40ms);
  CHECK(trace.timeline.back().duration == 5ms);
  CHECK(trace.timeline.back().attempt == 1);

  f.crash();

  const event_delivery delivery = f.explain(id, "s").delivery;
  CHECK(delivery.state == delivery_fate::acknowledged);
  CHECK_FALSE(delivery.acknowledged_at);
  CHECK(delivery.time_not_kept == "deliveryLog is failures");
  trace = f.trace(id);
  CHECK(kinds_of(trace) == "delivered ");
  CHECK_FALSE(trace.timeline.back().timed);
  CHECK_FALSE(trace.timeline.back().latency);
  CHECK(trace.timeline.back().time_not_kept == "deliveryLog is failures");
}

TEST_CASE("what is remembered makes an outcome certain that the ledger does not tell") {
  timed_fixture f;
  f.answer({});
  f.create(f.webhook("s"));
  const event_id delivered = f.publish_one("a");
  f.pause("s");
  const event_id skipped = f.publish_one("a");
  f.resume("s", {.how = resume_request::mode::skip});
  f.advance(100ms);

  CHECK(f.explain(delivered, "s").delivery.state == delivery_fate::acknowledged);
  CHECK(f.explain(skipped, "s").delivery.state == delivery_fate::settled);
}

TEST_CASE("what was delivered before a seek is not taken for what came after it") {
  timed_fixture f;
  auto definition = f.webhook("s");
  definition.options.delivery_log = GENERATE(delivery_log_mode::failures, delivery_log_mode::full);
  f.create(definition);
  const event_id id = f.publish_one("a");
  f.receiver().settle_next({.at = f.time.now()});
  f.advance(100ms);
  f.seek("s", start_earliest{});

  event_delivery delivery = f.explain(id, "s").delivery;
  CHECK(delivery.state == delivery_fate::in_flight);
  CHECK_FALSE(delivery.acknowledged_at);

  f.advance(20ms);
  const time_point again = f.time.now();
  f.receiver().settle_next({.at = again});
  f.advance(100ms);
  CHECK(f.explain(id, "s").delivery.acknowledged_at == again);

  // Of an event that lies before the generation, what an earlier one did is told.
  f.seek("s", start_now{});
  delivery = f.explain(id, "s").delivery;
  CHECK(delivery.state == delivery_fate::acknowledged);
  CHECK(delivery.acknowledged_at == again);
}

TEST_CASE("what a subscription did is not taken for what another one of its name does") {
  timed_fixture f;
  auto definition = f.webhook("s");
  definition.options.start_from = start_earliest{};
  f.create(definition);
  const event_id id = f.publish_one("a");
  f.receiver().settle_next({.at = f.time.now()});
  f.advance(100ms);
  f.subject->subscriptions().remove("s", [](const auto&) {});
  f.settle();
  f.create(definition);

  const event_delivery delivery = f.explain(id, "s").delivery;
  CHECK(delivery.state == delivery_fate::in_flight);
  CHECK_FALSE(delivery.acknowledged_at);
}

TEST_CASE("a plan that was cancelled before it came to an end is not charged with what another did") {
  timed_fixture f;
  auto definition = f.hasty("s");
  definition.options.retry = {.max_retries = 1, .initial_delay = 10s, .jitter = false};
  f.create(definition);
  f.answer(refused("no"));
  const event_id id = f.publish_one("a");
  f.advance(20s);
  const requeue_plan first = f.requeue();
  f.advance(1s);
  f.cancel(first.id);
  f.advance(1s);
  f.requeue();
  f.advance(20s);

  const auto requeues = entries_of(f.trace(id), entry_kind::requeue);

  REQUIRE(requeues.size() == 2);
  CHECK(requeues[0].again.value().what == note_outcome::ended);
  CHECK(requeues[1].again.value().what == note_outcome::failed);
}

TEST_CASE("what a replay gives up had been given up before, and both are told") {
  given_up_fixture f;
  f.subject->redeliveries().replay({}, [](const auto&) {});
  f.advance(1s);

  const auto trace = f.trace(f.id);

  CHECK(kinds_of(trace) == "attempt deadLetter replay attempt deadLetter ");
  CHECK(entries_of(trace, entry_kind::dead_letter).at(0).at == f.received);
}

TEST_CASE("each requeue has its entry: the plan, when it was asked for, whether it was edited, and what came of it") {
  given_up_fixture f;
  const requeue_plan first = f.requeue();
  f.advance(1s);
  f.answer(ok());
  requeue_request edited{.patch = R"({"put":"right"})"};
  edited.which.ids = {f.dead_letters().at(0).id};
  const requeue_plan second = f.requeue(edited);
  f.advance(1s);

  const auto trace = f.trace(f.id);

  CHECK(kinds_of(trace) == "attempt deadLetter requeue attempt deadLetter requeue attempt ");
  const auto letters = entries_of(trace, entry_kind::dead_letter);
  CHECK(letters.at(0).at == f.received);
  CHECK(letters.at(1).at == first.created_at);
  const auto requeues = entries_of(trace, entry_kind::requeue);
  REQUIRE(requeues.size() == 2);
  const redelivery_note& failed = requeues[0].again.value();
  CHECK(failed.id == first.id.value);
  CHECK(requeues[0].at == first.created_at);
  CHECK(failed.what == note_outcome::failed);
  CHECK(failed.single == false);
  CHECK(failed.edited == false);
  CHECK(failed.error == "no");
  const redelivery_note& delivered = requeues[1].again.value();
  CHECK(delivered.id == second.id.value);
  CHECK(requeues[1].latency == second.created_at - f.received);
  CHECK(delivered.what == note_outcome::delivered);
  CHECK(delivered.single == true);
  CHECK(delivered.edited == true);
  CHECK(delivered.attempts == 1);
  CHECK(delivered.ended_at == second.created_at);
  CHECK(delivered.error.empty());
  const auto attempts = entries_of(trace, entry_kind::attempt);
  REQUIRE(attempts.size() == 3);
  CHECK(attempts[0].redelivery.is_nil());
  CHECK(attempts[1].redelivery == first.id.value);
  CHECK(attempts[2].redelivery == second.id.value);
  CHECK(f.explain(f.id, "s").delivery.redeliveries.size() == 2);

  f.crash();
  CHECK(kinds_of(f.trace(f.id)) == kinds_of(trace));
}

TEST_CASE("a requeue that was asked for and has not been tried is told while its plan goes on") {
  timed_fixture f;
  f.create(f.hasty("s"));
  f.answer(refused("no"));
  const event_id id = f.publish_one("a");
  const event_id other = f.publish_one("b");
  f.advance(1s);
  f.pause("s");
  requeue_request request;
  request.which.topic = pattern("a");
  const requeue_plan plan = f.requeue(request);
  f.advance(100ms);

  const auto notes = f.explain(id, "s").delivery.redeliveries;
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].id == plan.id.value);
  CHECK(notes[0].asked_at == plan.created_at);
  CHECK(notes[0].what == note_outcome::pending);
  CHECK(notes[0].attempts == 0);
  CHECK(kinds_of(f.trace(id)) == "attempt deadLetter requeue ");
  CHECK(kinds_of(f.trace(other)) == "attempt deadLetter ");

  if (GENERATE(true, false)) {
    f.cancel(plan.id);
    CHECK(kinds_of(f.trace(id)) == "attempt deadLetter ");
  } else {
    f.answer(ok());
    f.resume("s");
    f.advance(100ms);
    CHECK(f.explain(id, "s").delivery.redeliveries.at(0).what == note_outcome::delivered);
    CHECK(f.explain(other, "s").delivery.redeliveries.empty());
  }
}

TEST_CASE("a requeue that waits for its next attempt has not failed; one that is cancelled has ended") {
  timed_fixture f;
  auto definition = f.webhook("s");
  definition.options.retry = {.max_retries = 1, .initial_delay = 1000ms, .jitter = false};
  f.create(definition);
  f.answer(refused("no"));
  const event_id id = f.publish_one("a");
  f.advance(3s);
  const requeue_plan plan = f.requeue();
  f.advance(100ms);

  const auto note = [&] { return f.explain(id, "s").delivery.redeliveries.at(0); };
  CHECK(note().what == note_outcome::pending);
  CHECK(note().attempts == 1);
  CHECK(note().error == "no");
  CHECK_FALSE(note().ended_at);
  if (GENERATE(true, false)) {
    f.cancel(plan.id);
    CHECK(note().what == note_outcome::ended);
  } else {
    f.advance(3s);
    CHECK(note().what == note_outcome::failed);
    CHECK(note().attempts == 2);
  }
}

TEST_CASE("a replay has its entry, beside the delivery that it repeats") {
  timed_fixture f;
  f.answer({.duration = 3ms});
  f.create(f.webhook("s"));
  const event_id id = f.publish_one("a");
  const time_point received = f.time.now();
  f.advance(1s);
  const auto begun = f.ask<replay_info>([](auto& face, auto done) { face.replay({}, done); });
  f.advance(1s);

  const auto trace = f.trace(id);

  CHECK(kinds_of(trace) == "delivered replay attempt ");
  CHECK(trace.timeline[1].at == received + 3ms);
  const redelivery_note& replay = trace.timeline[2].again.value();
  CHECK(replay.origin == attempt_origin::replay);
  CHECK(replay.id == begun.id.value);
  CHECK(trace.timeline[2].at == begun.created_at);
  CHECK(replay.what == note_outcome::delivered);
  REQUIRE(replay.begun_at);
  CHECK(replay.ended_at == *replay.begun_at + 3ms);
  CHECK_FALSE(replay.edited);
  CHECK(trace.timeline[3].redelivery == begun.id.value);
  // The delivery is acknowledged since it was delivered first.
  CHECK(f.explain(id, "s").delivery.acknowledged_at == received + 3ms);
}

TEST_CASE("of a plan that is no longer kept its id tells the time, of an older release's nothing does") {
  const auto store = make_memory_event_store(1);
  const codec::json_redelivery_texts texts;
  redelivery_notes notes{*store, texts, std::make_shared<const std::vector<requeue_under_way>>()};
  const uuid plan = make_uuid_v7(5000, std::array<std::uint8_t, 10>{});
  event_delivery delivery;
  delivery.dead = dead_letter_note{.failed_at = time_point{9500ms}};
  delivery.log = {
      {.attempt = 1, .at = time_point{1000ms}, .error = "no"},
      {.attempt = 2, .at = time_point{2000ms}, .success = true, .origin = attempt_origin::requeue},
      {.attempt = 3, .at = time_point{3000ms}, .error = "no", .origin = attempt_origin::requeue},
      {.attempt = 4, .at = time_point{6000ms}, .error = "no", .origin = attempt_origin::requeue, .redelivery = plan},
      {.attempt = 5, .at = time_point{9000ms}, .error = "no", .origin = attempt_origin::requeue, .redelivery = plan}};

  const auto made = notes.of(delivery);

  REQUIRE(made.size() == 3);
  CHECK_FALSE(made[0].asked_at);
  CHECK(made[0].what == note_outcome::delivered);
  CHECK(made[0].begun_at == time_point{2000ms});
  CHECK(made[1].attempts == 1);
  CHECK(made[2].asked_at == time_point{5000ms});
  CHECK(made[2].attempts == 2);
  CHECK(made[2].what == note_outcome::failed);
  CHECK_FALSE(made[2].edited);
}

}  // namespace
}  // namespace eventmgr::test
