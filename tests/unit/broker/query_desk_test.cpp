#include "broker/query_desk.hpp"

#include "support/broker_fixture.hpp"

#include <catch2/catch.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr::test {
namespace {

struct desk_fixture {
  fake_clock time{};
  manual_executor threads{};
  manual_executor core{};
  query_desk desk{threads, core, time, {.waiting = 2, .patience = std::chrono::seconds{5}}};
  std::size_t worked{0};
  std::vector<std::string> answers{};

  void ask(query_step step = query_step::first) {
    desk.ask<int>(
        [this]() -> result<int> {
          ++worked;
          return 1;
        },
        [this](const result<int>& found) { answers.push_back(found ? "found" : found.error().message); }, step);
  }
  void settle() { run_all(core, threads); }
};

TEST_CASE("a query more than may wait is turned away, on the core's thread, and the others are answered") {
  desk_fixture f;
  for (int i = 0; i < 3; ++i) f.ask();
  CHECK(f.answers.empty());
  CHECK(f.core.waiting() == 1);
  f.settle();
  CHECK(f.worked == 2);
  CHECK(f.answers == std::vector<std::string>{"too many queries wait for their turn", "found", "found"});

  f.ask();
  f.settle();
  CHECK(f.answers.back() == "found");
}

TEST_CASE("a query whose turn comes too late is not begun") {
  desk_fixture f;
  f.ask();
  f.time.advance(std::chrono::seconds{5});
  f.ask();
  f.settle();
  CHECK(f.worked == 1);
  CHECK(f.answers == std::vector<std::string>{"the query has waited too long for its turn", "found"});
}

TEST_CASE("what goes on with a query is never turned away") {
  desk_fixture f;
  for (int i = 0; i < 3; ++i) f.ask(query_step::later);
  f.time.advance(std::chrono::minutes{1});
  f.settle();
  CHECK(f.answers == std::vector<std::string>(3, "found"));
}

TEST_CASE("queries that get no turn hold up neither a tail's history nor the schedule, and are bounded") {
  broker_fixture f{1, {.ring_events = 2, .read_batch = 4, .waiting_queries = 3}};
  f.publish("a", 20);
  std::vector<std::optional<failure>> answers;
  for (int i = 0; i < 5; ++i) {
    f.subject->query_events({}, [&](const auto& page) {
      answers.push_back(page.has_error() ? std::optional{page.error()} : std::nullopt);
    });
  }
  const auto sink = std::make_shared<recording_sink>();
  const auto tail = f.subject->open_tail({.topics = {test::pattern("#")}, .start = offset{1}}, sink);
  auto later = make_event("a");
  later->deliver_at = f.time.now() + std::chrono::seconds{1};
  f.subject->publish({later}, [](const auto&) {});
  for (int i = 0; i < 6; ++i) {
    run_all(f.core, f.writer, f.readers);
    f.time.advance(std::chrono::milliseconds{500});
    f.bell.ring_if_due(f.time.steady_now());
  }

  CHECK(sink->seqs.size() == 21);
  CHECK(f.queries.waiting() == 3);
  REQUIRE(answers.size() == 2);
  CHECK(answers[0]->code == errc::store_unavailable);
  CHECK(answers[0]->retry_after > std::chrono::milliseconds{0});
  f.settle();
  CHECK(answers.size() == 5);
  CHECK_FALSE(answers.back());
}

}  // namespace
}  // namespace eventmgr::test
