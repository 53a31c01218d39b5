#include "support/broker_fixture.hpp"

#include <catch2/catch.hpp>

#include <numeric>
#include <random>

namespace eventmgr {
namespace {

using test::broker_fixture;
using test::recording_sink;

std::vector<std::uint64_t> run_of(std::uint64_t first, std::uint64_t last) {
  std::vector<std::uint64_t> run(last + 1 - first);
  std::iota(run.begin(), run.end(), first);
  return run;
}

TEST_CASE("a tail from now sees only what comes after it, on its topics") {
  broker_fixture f;
  const auto sink = std::make_shared<recording_sink>();
  f.publish("project/created");
  const auto tail = f.open_tail("project.*", sink);

  f.publish("project/created");
  f.publish("other/created");
  f.publish("project/updated");

  CHECK(sink->started == position{.after = {offset{1}}});
  CHECK(sink->seqs == std::vector<std::uint64_t>{2, 4});
  CHECK(sink->places.back() == position{.after = {offset{4}}});
}

TEST_CASE("a tail that cannot be read ends, or waits for the store where its sink says so") {
  broker_fixture f{1, {.ring_events = 2}};
  f.publish("a", 10);
  const auto patient = std::make_shared<recording_sink>();
  patient->waits = true;
  const auto other = std::make_shared<recording_sink>();
  const auto waiting = f.subject->open_tail({.topics = {test::pattern("#")}, .start = start_earliest{}}, patient);
  const auto ending = f.subject->open_tail({.topics = {test::pattern("#")}, .start = start_earliest{}}, other);
  run_all(f.core);
  for (int i = 0; i < 2; ++i) f.readers.run_one();  // where each begins
  run_all(f.core);
  REQUIRE(patient->started);
  REQUIRE(patient->seqs.empty());

  f.faults->fail_reads();
  f.advance(std::chrono::seconds{20});
  CHECK(patient->seqs.empty());
  CHECK_FALSE(patient->end);
  REQUIRE(other->end);
  CHECK(other->end->code == errc::store_unavailable);

  f.faults->clear();
  f.advance(std::chrono::seconds{5});
  CHECK(patient->seqs == run_of(1, 10));
  f.publish("a");
  CHECK(patient->seqs == run_of(1, 11));
}

TEST_CASE("an event that had expired when it was published is stored, counted, and shown to no tail") {
  broker_fixture f{1, {.ring_events = 2}};
  const auto live = std::make_shared<recording_sink>();
  const auto following = f.open_tail("#", live);
  const auto publish = [&](std::chrono::seconds expires_in) {
    auto made = test::make_event("a");
    made->expires_at = f.time.now() + expires_in;
    f.subject->publish({std::move(made)}, [](const auto&) {});
    f.settle();
  };
  publish(std::chrono::seconds{-1});
  publish(std::chrono::seconds{0});
  publish(std::chrono::seconds{1});
  f.publish("a", 2);
  CHECK(live->seqs == run_of(3, 5));

  // What has expired since then is history all the same, from the store as from the ring.
  f.time.advance(std::chrono::seconds{10});
  const auto late = std::make_shared<recording_sink>();
  const auto tail = f.open_tail("#", late, start_earliest{});
  CHECK(late->seqs == run_of(3, 5));
  CHECK(f.subject->metrics().events_expired == 2);
  CHECK(f.subject->metrics().events_published == 5);
}

TEST_CASE("history meets live without gap or repeat, through the store and the ring") {
  broker_fixture f{1, {.ring_events = 10, .read_batch = 7}};
  const auto sink = std::make_shared<recording_sink>();
  f.publish("a", 50);

  const auto tail = f.subject->open_tail({.topics = {test::pattern("#")}, .start = offset{1}}, sink);
  for (int i = 0; i < 40; ++i) {
    f.subject->publish({test::make_event("a")}, [](const auto&) {});
    f.core.run_one();
    f.writer.run_one();
    f.core.run_one();
    f.readers.run_one();
  }
  f.settle();

  CHECK(sink->seqs == run_of(1, 90));
}

TEST_CASE("a start by time begins with the first event received then") {
  broker_fixture f;
  const auto sink = std::make_shared<recording_sink>();
  f.publish("a", 3);
  f.time.advance(std::chrono::minutes{5});
  const time_point from = f.time.now();
  f.publish("a", 2);

  const auto tail = f.open_tail("#", sink, from);
  f.publish("a");

  CHECK(sink->seqs == run_of(4, 6));
}

TEST_CASE("a start by position is exclusive") {
  broker_fixture f;
  const auto sink = std::make_shared<recording_sink>();
  f.publish("a", 5);
  const auto tail = f.open_tail("#", sink, position{.after = {offset{3}}});
  CHECK(sink->seqs == run_of(4, 5));
}

TEST_CASE("a start that the log does not have ends the tail, and says which member is wrong") {
  broker_fixture one;
  broker_fixture four{4};
  one.publish("a", 5);
  struct row {
    broker_fixture& f;
    start_point start;
  };
  for (const row& r : {row{one, offset{0}}, row{one, offset{7}}, row{one, position{.after = {offset{6}}}},
                       row{one, position{.after = {offset{1}, offset{1}}}}, row{four, offset{1}}}) {
    const auto sink = std::make_shared<recording_sink>();
    const auto tail = r.f.open_tail("#", sink, r.start);
    REQUIRE(sink->end);
    CHECK(sink->end->code == errc::invalid_request);
    CHECK(sink->end->details.at(0).pointer == "/since");
    CHECK_FALSE(sink->started);
  }
}

TEST_CASE("a sink that is full gets everything later, in order, whatever was published meanwhile") {
  broker_fixture f{1, {.ring_events = 10, .read_batch = 4}};
  const auto sink = std::make_shared<recording_sink>();
  const auto tail = f.open_tail("#", sink);
  sink->room = 3;
  f.publish("a", 60);
  CHECK(sink->seqs == run_of(1, 3));
  CHECK(sink->refusals == 1);

  for (int round = 0; round < 100 && sink->seqs.size() < 60; ++round) {
    sink->room = 2;
    tail->resume();
    f.settle();
  }
  sink->room = SIZE_MAX;
  tail->resume();
  f.publish("a", 5);

  CHECK(sink->seqs == run_of(1, 65));
}

TEST_CASE("a resume that nothing asked for does no harm") {
  broker_fixture f;
  const auto sink = std::make_shared<recording_sink>();
  const auto tail = f.open_tail("#", sink);
  tail->resume();
  f.publish("a", 2);
  tail->resume();
  f.settle();
  CHECK(sink->seqs == run_of(1, 2));
}

TEST_CASE("with several partitions every event comes once, in order within its topic") {
  broker_fixture f{4, {.ring_events = 16, .read_batch = 5}};
  std::mt19937 engine{7};
  const auto topic_of = [&] { return "t" + std::to_string(engine() % 9); };
  for (int i = 0; i < 100; ++i) f.publish(topic_of());
  const auto sink = std::make_shared<recording_sink>();
  sink->room = 20;
  const auto tail = f.open_tail("#", sink, position{.after = std::vector<offset>(4)});
  for (int i = 0; i < 100; ++i) f.publish(topic_of());
  for (int round = 0; round < 100 && sink->seqs.size() < 200; ++round) {
    sink->room = 7;
    tail->resume();
    f.settle();
  }

  REQUIRE(sink->seqs.size() == 200);
  std::unordered_map<std::string, std::uint64_t> last;
  for (std::size_t i = 0; i < sink->seqs.size(); ++i) {
    CHECK(sink->seqs[i] > last[sink->topics[i]]);
    last[sink->topics[i]] = sink->seqs[i];
  }
}

TEST_CASE("resuming at any place that was given continues without gap or repeat") {
  broker_fixture f{3, {.ring_events = 9, .read_batch = 4}};
  for (int i = 0; i < 60; ++i) f.publish("t" + std::to_string(i % 7));
  const auto whole = std::make_shared<recording_sink>();
  const auto first = f.open_tail("#", whole, position{.after = std::vector<offset>(3)});
  REQUIRE(whole->seqs.size() == 60);

  for (std::size_t cut = 0; cut < whole->places.size(); ++cut) {
    const auto rest = std::make_shared<recording_sink>();
    const auto second = f.open_tail("#", rest, whole->places[cut]);
    CHECK(rest->seqs.size() == 59 - cut);
  }
}

TEST_CASE("a destroyed handle ends the deliveries, also while a page is being read") {
  broker_fixture f{1, {.ring_events = 2, .read_batch = 4}};
  f.publish("a", 20);
  const auto sink = std::make_shared<recording_sink>();
  auto tail = f.subject->open_tail({.topics = {test::pattern("#")}, .start = offset{1}}, sink);
  f.core.run_one();
  f.readers.run_one();

  tail.reset();
  f.publish("a", 3);

  CHECK(sink->seqs.empty());
  CHECK_FALSE(sink->end);
}

TEST_CASE("draining ends every tail and refuses new ones") {
  broker_fixture f;
  const auto sink = std::make_shared<recording_sink>();
  const auto tail = f.open_tail("#", sink);
  bool drained = false;

  f.subject->drain([&] { drained = true; });
  f.settle();
  const auto late_sink = std::make_shared<recording_sink>();
  const auto late = f.open_tail("#", late_sink);

  CHECK(drained);
  CHECK(sink->end->code == errc::shutting_down);
  CHECK(late_sink->end->code == errc::shutting_down);
}

}  // namespace
}  // namespace eventmgr
