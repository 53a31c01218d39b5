#include "support/broker_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr {
namespace {

using test::broker_fixture;
using test::make_event;

/// What one publisher was told.
struct answer {
  int calls{0};
  std::optional<failure> why{};
  std::vector<append_outcome> outcomes{};
  std::vector<std::uint64_t> seqs{};

  publish_done note() {
    return [this](const result<std::span<const append_entry>>& entries) {
      ++calls;
      if (!entries) {
        why = entries.error();
        return;
      }
      for (const append_entry& entry : *entries) {
        outcomes.push_back(entry.outcome);
        seqs.push_back(entry.outcome == append_outcome::duplicate ? entry.original_seq.value : entry.record->seq.value);
      }
    };
  }
};

TEST_CASE("requests that meet in the queue share one commit and are answered in order") {
  broker_fixture f;
  std::vector<answer> answers(10);
  for (answer& a : answers) f.subject->publish({make_event("a"), make_event("b")}, a.note());
  f.settle();

  // The writer took the first request before the others came only if it ran in between: here it did not.
  CHECK(f.subject->metrics().commits == 1);
  std::uint64_t next = 1;
  for (const answer& a : answers) {
    CHECK(a.calls == 1);
    CHECK(a.seqs == std::vector<std::uint64_t>{next, next + 1});
    next += 2;
  }
}

TEST_CASE("nothing is answered before its commit") {
  broker_fixture f;
  answer a;
  f.subject->publish({make_event("a")}, a.note());
  run_all(f.core, f.readers);
  CHECK(a.calls == 0);
  f.settle();
  CHECK(a.calls == 1);
}

TEST_CASE("an id published twice is one event, and both publishers are told of it") {
  broker_fixture f;
  const auto first = make_event("a");
  const auto second = std::make_shared<event>(*first);
  const auto third = std::make_shared<event>(*first);
  answer a;
  answer b;
  f.subject->publish({first, second}, a.note());
  f.settle();
  f.subject->publish({third, make_event("a")}, b.note());
  f.settle();

  CHECK(a.outcomes == std::vector{append_outcome::stored, append_outcome::duplicate});
  CHECK(b.outcomes == std::vector{append_outcome::duplicate, append_outcome::stored});
  CHECK(a.seqs == std::vector<std::uint64_t>{1, 1});
  CHECK(b.seqs == std::vector<std::uint64_t>{1, 2});
  CHECK(f.subject->metrics().events_duplicate == 2);
}

TEST_CASE("a full queue refuses at once, and takes again when it has been written") {
  broker_fixture f{1, {.queue_events = 4}};
  answer accepted;
  answer refused;
  answer later;
  f.subject->publish({make_event("a"), make_event("a"), make_event("a")}, accepted.note());
  f.subject->publish({make_event("a"), make_event("a")}, refused.note());
  REQUIRE(refused.calls == 1);
  CHECK(refused.why->code == errc::queue_full);
  CHECK(refused.why->retry_after > std::chrono::milliseconds{0});
  CHECK(f.subject->health().queue_depth == 3);

  f.settle();
  f.subject->publish({make_event("a"), make_event("a")}, later.note());
  f.settle();
  CHECK(accepted.seqs.size() == 3);
  CHECK(later.seqs == std::vector<std::uint64_t>{4, 5});
  CHECK(f.subject->health().queue_depth == 0);
}

TEST_CASE("a queue bounded in bytes refuses what would not fit") {
  broker_fixture f{1, {.queue_bytes = 4096}};
  answer accepted;
  answer refused;
  f.subject->publish({make_event("a", R"({"x":")" + std::string(3000, 'x') + "\"}")}, accepted.note());
  f.subject->publish({make_event("a", R"({"x":")" + std::string(3000, 'x') + "\"}")}, refused.note());
  f.settle();
  CHECK(accepted.seqs.size() == 1);
  CHECK(refused.why->code == errc::queue_full);
}

TEST_CASE("a request larger than the queue passes when it finds the queue empty") {
  broker_fixture f{1, {.queue_events = 2}};
  answer a;
  f.subject->publish({make_event("a"), make_event("a"), make_event("a")}, a.note());
  f.settle();
  CHECK(a.seqs.size() == 3);
}

TEST_CASE("when a group fails, each request is tried alone and only what cannot be stored fails") {
  broker_fixture f;
  std::vector<answer> answers(3);
  const auto poisonous = make_event("a");
  f.faults->poison(poisonous->id);
  f.subject->publish({make_event("a")}, answers[0].note());
  f.subject->publish({poisonous}, answers[1].note());
  f.subject->publish({make_event("a")}, answers[2].note());
  f.settle();

  CHECK(answers[0].seqs == std::vector<std::uint64_t>{1});
  REQUIRE(answers[1].why);
  CHECK(answers[1].why->code == errc::store_unavailable);
  CHECK(answers[2].seqs == std::vector<std::uint64_t>{2});
}

TEST_CASE("when the store is away, a group fails at once and is not tried request by request") {
  broker_fixture f;
  std::vector<answer> answers(3);
  f.faults->fail_next_commits(1);
  for (answer& a : answers) f.subject->publish({make_event("a")}, a.note());
  f.settle();

  for (const answer& a : answers) {
    REQUIRE(a.why);
    CHECK(a.why->code == errc::store_unavailable);
  }
  CHECK(f.subject->metrics().commit_failures == 1);
  CHECK(f.subject->health().queue_depth == 0);
}

TEST_CASE("an event that is due comes before one that takes its id in the same commit") {
  broker_fixture f;
  const auto planned = make_event("planned");
  const auto late = std::make_shared<event>(*planned);
  late->topic = test::topic("late");
  planned->deliver_at = f.time.now() + std::chrono::seconds{1};
  answer first;
  answer second;
  f.subject->publish({planned}, first.note());
  f.settle();

  // It is the first in the queue, but for the schedule it is a duplicate.
  f.time.advance(std::chrono::seconds{1});
  f.subject->publish({late}, second.note());
  f.bell.ring_if_due(f.time.steady_now());
  for (int i = 0; i < 10; ++i) run_all(f.core, f.readers);
  f.settle();

  CHECK(first.outcomes == std::vector{append_outcome::scheduled});
  CHECK(second.outcomes == std::vector{append_outcome::duplicate});
  CHECK(f.store->find_event(planned->id)->topic == test::topic("planned"));
  CHECK(f.store->count_schedule() == 0);
}

TEST_CASE("a tail sees nothing of a commit that failed") {
  broker_fixture f;
  const auto sink = std::make_shared<test::recording_sink>();
  const auto tail = f.open_tail("#", sink);
  f.faults->fail_next_commits(1);
  f.publish("a");
  CHECK(sink->seqs.empty());
  f.publish("b");
  CHECK(sink->topics == std::vector<std::string>{"b"});
}

TEST_CASE("an event is seen by tails before its publisher is answered") {
  broker_fixture f;
  const auto sink = std::make_shared<test::recording_sink>();
  const auto tail = f.open_tail("#", sink);
  std::size_t seen = 0;
  f.subject->publish({make_event("a")}, [&](const auto&) { seen = sink->seqs.size(); });
  f.settle();
  CHECK(seen == 1);
}

TEST_CASE("groups are bounded, and other work of the writer comes between them") {
  broker_fixture f{1, {.queue_events = 20000}};
  for (int i = 0; i < 10; ++i) {
    std::vector<std::shared_ptr<event>> thousand;
    for (int k = 0; k < 1000; ++k) thousand.push_back(make_event("a"));
    f.subject->publish(std::move(thousand), [](const auto&) {});
  }
  bool declared = false;
  f.subject->declare_topic({.topic = test::topic("a")}, declare_mode::create, [&](const auto&) { declared = true; });
  f.writer.run_one();
  f.writer.run_one();
  run_all(f.core);
  CHECK(declared);
  f.settle();
  CHECK(f.subject->metrics().commits == 3);
  CHECK(f.subject->metrics().events_published == 10000);
}

TEST_CASE("draining refuses new requests, commits what was accepted, and then says so") {
  broker_fixture f;
  answer accepted;
  answer refused;
  bool drained = false;
  f.subject->publish({make_event("a")}, accepted.note());
  f.subject->drain([&] {
    drained = true;
    CHECK(accepted.calls == 1);
  });
  f.subject->publish({make_event("a")}, refused.note());
  CHECK_FALSE(drained);
  f.settle();
  CHECK(drained);
  CHECK(accepted.seqs.size() == 1);
  CHECK(refused.why->code == errc::shutting_down);
}

TEST_CASE("topics are counted, declared once, and told how many subscriptions match") {
  broker_fixture f;
  const auto sink = std::make_shared<test::recording_sink>();
  const auto tail = f.open_tail("project.#", sink);
  f.publish("project/created", 3);

  std::optional<bool> first;
  std::optional<errc> second;
  const topic_declaration wanted{.topic = test::topic("project/created"), .description = "made"};
  f.subject->declare_topic(wanted, declare_mode::create, [&](auto r) { first = r.value().created; });
  f.subject->declare_topic(wanted, declare_mode::create, [&](auto r) { second = r.error().code; });
  topic_info info;
  f.subject->find_topic(test::topic("project/created"), [&](auto r) { info = std::move(r.value()); });
  f.settle();

  CHECK(first == true);
  CHECK(second == errc::conflict);
  CHECK(info.event_count == 3);
  CHECK(info.subscriber_count == 1);
  CHECK(info.description == "made");
}

}  // namespace
}  // namespace eventmgr
