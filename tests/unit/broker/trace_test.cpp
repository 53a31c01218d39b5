#include "broker/delivery/redelivery_face.hpp"
#include "broker/explain/trace_tree.hpp"
#include "explain_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using namespace std::chrono_literals;

event_id id_of(std::uint8_t number) {
  uuid made;
  made.bytes[15] = number;
  return {made};
}

event record(std::uint8_t number, std::uint8_t cause, std::chrono::milliseconds at) {
  event made;
  made.id = id_of(number);
  if (cause != 0) made.causation_id = id_of(cause);
  made.received_at = time_point{at};
  made.seq = {number};
  return made;
}

/// "number depth relation" of each event.
std::string shape(const std::vector<traced_event>& events) {
  std::string text;
  for (const traced_event& each : events) {
    text +=
        std::to_string(each.record.seq.value) + std::string(each.depth, '>') + to_string(each.relation).front() + " ";
  }
  return text;
}

TEST_CASE("a trace is a tree: each cause before what it caused, by time") {
  struct row {
    std::vector<event> records;
    std::uint8_t self;
    std::string_view expected;
  };
  for (const row& r : {
           row{{record(1, 0, 0ms)}, 1, "1s "},
           row{{record(2, 1, 5ms), record(1, 0, 0ms), record(3, 2, 9ms)}, 2, "1a 2>s 3>>d "},
           row{{record(1, 0, 0ms), record(3, 1, 9ms), record(2, 1, 5ms)}, 3, "1a 2>c 3>s "},
           row{{record(1, 0, 0ms), record(2, 0, 1ms)}, 1, "1s 2c "},
           row{{record(1, 0, 0ms), record(2, 1, 1ms), record(3, 2, 2ms), record(4, 1, 3ms)}, 1, "1s 2>d 3>>d 4>d "},
           // A cause that is not here, and one that is the event itself.
           row{{record(1, 9, 0ms), record(2, 2, 1ms)}, 1, "1s 2c "},
           // Circles end where they meet.
           row{{record(1, 2, 0ms), record(2, 1, 1ms)}, 1, "1s 2>a "},
           row{{record(1, 3, 0ms), record(2, 1, 1ms), record(3, 2, 2ms)}, 2, "1a 2>s 3>>a "},
       }) {
    CHECK(shape(arrange_trace(id_of(r.self), r.records)) == r.expected);
  }
}

TEST_CASE("the timeline has the latency of each hop") {
  auto events = arrange_trace(id_of(2), std::vector{record(1, 0, 1000ms), record(2, 1, 1040ms)});
  event_delivery delivery{.name = "s"};
  delivery.log.push_back({.attempt = 1, .at = time_point{1050ms}, .error = "HTTP 500", .duration = 5ms});
  delivery.log.push_back({.attempt = 2, .at = time_point{1020ms}, .success = true});
  events[0].deliveries.push_back(delivery);

  const auto line = timeline_of(events, 100);

  REQUIRE(line.size() == 4);
  CHECK(line[0].what == trace_entry::kind::received);
  CHECK_FALSE(line[0].latency);
  CHECK(line[1].latency == 20ms);
  CHECK(line[1].success);
  CHECK(line[2].event == id_of(2));
  CHECK(line[2].latency == 40ms);
  CHECK(line[3].error == "HTTP 500");
  CHECK(line[3].since_start == 50ms);
  CHECK(timeline_of(events, 2).size() == 2);
}

TEST_CASE("events are looked into from the one that was asked for outwards") {
  const auto events = arrange_trace(id_of(3), std::vector{record(1, 0, 0ms), record(2, 1, 1ms), record(3, 2, 2ms),
                                                          record(4, 3, 3ms), record(5, 0, 4ms)});
  std::string order;
  for (const std::size_t i : nearest_first(events)) order += std::to_string(events[i].record.seq.value);
  CHECK(order == "32145");
}

TEST_CASE("a trace follows causes and the correlation id, and shows what became of each event") {
  explain_fixture f;
  f.receiver().answer = [](const auto& sent) { return sent.record->topic.str() == "b" ? refused() : ok(); };
  auto definition = f.webhook("s");
  definition.options.retry.max_retries = 0;
  f.create(definition);
  auto first = make_event("a");
  const event_id root = first->id;
  f.publish(first);
  f.advance(100ms);
  auto second = make_event("b");
  second->causation_id = root;
  second->correlation_id = root;
  const event_id middle = f.publish(second);
  f.advance(100ms);
  auto third = make_event("c");
  third->causation_id = middle;
  third->correlation_id = root;
  f.publish(third);
  f.advance(100ms);
  f.publish_one("a");

  const auto trace = f.trace(middle);

  REQUIRE(trace.events.size() == 3);
  CHECK(trace.events[0].relation == trace_relation::ancestor);
  CHECK(trace.events[1].relation == trace_relation::self);
  CHECK(trace.events[1].since_cause == 100ms);
  CHECK(trace.events[2].relation == trace_relation::descendant);
  CHECK(trace.limits.empty());
  REQUIRE(trace.events[1].deliveries.size() == 1);
  CHECK(trace.events[1].deliveries[0].state == delivery_fate::dead_letter);
  CHECK(trace.events[2].deliveries.at(0).state == delivery_fate::acknowledged);
  // Three received, two delivered, one attempt that failed, one dead letter.
  CHECK(trace.timeline.size() == 7);
}

TEST_CASE("a trace follows what an event led to, without a correlation id") {
  explain_fixture f;
  f.receiver().answer = [](const auto& sent) { return sent.record->topic.str() == "b" ? refused() : ok(); };
  auto definition = f.webhook("s", "b");
  definition.options.retry.max_retries = 0;
  definition.options.dead_letter_topic = topic("failed");
  f.create(definition);
  const event_id first = f.publish_one("a");
  auto second = make_event("b");
  second->causation_id = first;
  const event_id middle = f.publish(second);
  f.advance(100ms);

  const auto trace = f.trace(first);

  REQUIRE(trace.events.size() == 3);
  CHECK(trace.events[1].record.id == middle);
  CHECK(trace.events[2].record.topic.str() == "failed");
  CHECK(trace.events[2].depth == 2);
  CHECK(trace.events[2].relation == trace_relation::descendant);
  CHECK(trace.limits.empty());
  // The copy is of the correlation that the event began.
  CHECK(trace.events[2].record.correlation_id == middle);
  CHECK(f.trace(middle).events.size() == 3);
}

TEST_CASE("causes that lead round in a circle are followed once, and what is too much is cut") {
  explain_fixture f;
  auto first = make_event("a");
  auto second = make_event("a");
  first->causation_id = second->id;
  second->causation_id = first->id;
  const event_id self = f.publish(first);
  f.publish(second);
  CHECK(f.trace(self).events.size() == 2);

  for (std::size_t i = 0; i < event_trace::max_descendants; ++i) {
    auto made = make_event("a");
    made->causation_id = self;
    f.subject->publish({std::move(made)}, [](const auto&) {});
  }
  f.settle();
  const auto trace = f.trace(self);
  CHECK(trace.events.size() == event_trace::max_descendants + 1);
  REQUIRE_FALSE(trace.limits.empty());
  CHECK(trace.limits[0].find("led to after the first") != std::string::npos);
}

/// "kind origin error" of each entry after the first.
std::string told(const event_trace& trace) {
  std::string text;
  for (const trace_entry& entry : trace.timeline) {
    if (entry.what == trace_entry::kind::received) continue;
    text += std::string{to_string(entry.what)};
    if (entry.what == trace_entry::kind::delivered && !entry.timed) text += " without a time";
    if (entry.what == trace_entry::kind::attempt) text += " " + std::string{to_string(entry.origin)};
    text += entry.error.empty() ? ", " : " " + entry.error + ", ";
  }
  return text;
}

TEST_CASE("the timeline has retries, requeues and replays, and of what was not logged that it came") {
  explain_fixture f;
  auto definition = f.webhook("s");
  definition.options.retry = {.max_retries = 1, .initial_delay = 100ms, .jitter = false};
  f.create(definition);
  const auto replay = [&f] {
    f.subject->redeliveries().replay({}, [](const auto&) {});
    f.advance(200ms);
  };
  const auto now = [&f](delivery_result came) {
    came.at = f.time.now();
    return came;
  };
  SECTION("delivered at once, and replayed") {
    f.receiver().answer = [now](const auto&) { return now(ok()); };
    const event_id id = f.publish_one("a");
    f.advance(100ms);
    CHECK(told(f.trace(id)) == "delivered, ");
    replay();
    CHECK(told(f.trace(id)) == "delivered, replay, attempt replay, ");
    f.crash();
    CHECK(told(f.trace(id)) == "replay, attempt replay, delivered without a time, ");
  }
  SECTION("delivered after a failure") {
    const event_id id = f.publish_one("a");
    f.receiver().settle_next(refused("no"));
    f.advance(200ms);
    f.receiver().settle_next(ok());
    f.settle();
    CHECK(told(f.trace(id)) == "attempt live no, attempt live, ");
    CHECK(f.explain(id, "s").delivery.acknowledged_at);
  }
  SECTION("given up, then put in again, or discarded") {
    f.receiver().answer = [now](const auto&) { return now(refused("no")); };
    const event_id id = f.publish_one("a");
    f.advance(1s);
    f.receiver().answer = [now](const auto&) { return now(ok()); };
    const std::string before = "attempt live no, attempt live no, deadLetter no, ";
    if (GENERATE(true, false)) {
      f.subject->redeliveries().requeue({}, [](const auto&) {});
      f.advance(200ms);
      CHECK(told(f.trace(id)) == before + "requeue, attempt requeue, ");
    } else {
      f.subject->redeliveries().discard({}, {}, false, [](const auto&) {});
      f.advance(200ms);
      CHECK(told(f.trace(id)) == before + "discarded, ");
    }
  }
}

TEST_CASE("the attempts of a trace have one budget, and what it leaves out is said") {
  explain_fixture f;
  auto definition = f.webhook("s");
  definition.options.retry = {.max_retries = 100, .strategy = backoff_strategy::fixed, .initial_delay = 10ms};
  definition.options.retry.jitter = false;
  f.create(definition);
  f.receiver().answer = [](const auto&) { return refused(); };
  const event_id id = f.publish_one("a");
  f.advance(5s);
  const auto trace = f.trace(id);
  const event_delivery& delivery = trace.events.at(0).deliveries.at(0);
  CHECK(delivery.state == delivery_fate::dead_letter);
  CHECK(delivery.log.size() == event_delivery::max_attempts);
  CHECK_FALSE(delivery.log_complete);
  REQUIRE(trace.limits.size() == 1);
  CHECK(trace.limits[0] == "the oldest attempts of some deliveries (1)");
}

TEST_CASE("what is left out of a trace is said") {
  explain_fixture f;
  SECTION("a cause that is not there") {
    auto made = make_event("a");
    made->causation_id = id_of(9);
    const auto trace = f.trace(f.publish(made));
    REQUIRE(trace.limits.size() == 1);
    CHECK(trace.limits[0].find("is not in the store") != std::string::npos);
  }
  SECTION("more events of one correlation id than are read") {
    event_id last;
    for (std::size_t i = 0; i < event_trace::max_events + 5; ++i) {
      auto made = make_event("a");
      made->correlation_id = id_of(7);
      last = made->id;
      f.subject->publish({std::move(made)}, [](const auto&) {});
    }
    f.settle();
    const auto trace = f.trace(last);
    CHECK(trace.events.size() == event_trace::max_events + 1);
    CHECK(trace.limits.size() == 2);
    CHECK(trace.events.front().deliveries_known);
    CHECK_FALSE(trace.events[event_trace::max_looked_into].deliveries_known);
    // The event itself, which is the last of them.
    CHECK(trace.events.back().deliveries_known);
  }
}

}  // namespace
}  // namespace eventmgr::test
