#include "broker/commit_pace.hpp"

#include "broker/publish_pipeline.hpp"
#include "store/memory/memory_event_store.hpp"
#include "support/broker_fixture.hpp"
#include "support/fakes.hpp"
#include "support/store_events.hpp"

#include <catch2/catch.hpp>

#include <chrono>

namespace eventmgr {
namespace {

using namespace std::chrono_literals;

/// Time goes by in commits only: the pipeline looks at the wall clock once for each.
class commit_clock final : public clock {
 public:
  time_point now() const override {
    steady_ += commit_takes;
    return {};
  }
  std::chrono::steady_clock::time_point steady_now() const override { return steady_; }

  std::chrono::microseconds commit_takes{200};

 private:
  mutable std::chrono::steady_clock::time_point steady_{1h};
};

struct pace_fixture {
  commit_clock time{};
  test::manual_executor core{};
  test::manual_executor writer{};
  broker_counters counters{};
  std::unique_ptr<event_store> store{make_memory_event_store(1, nullptr)};
  publish_pipeline pipeline{*store, time, core, writer, counters, {.events = 1000, .bytes = 1U << 20U}, [](auto) {}};

  void publish(int requests) {
    for (int i = 0; i < requests; ++i) pipeline.submit({test::make_event("a")}, [](const auto&) {});
  }
  void settle() { run_all(core, writer); }
};

TEST_CASE("the next commit may begin when the writer has rested as long as it has worked, within bounds") {
  struct row {
    std::chrono::microseconds took;
    std::size_t requests;
    std::chrono::microseconds next;  ///< after the beginning
  };
  const auto row_now = GENERATE(row{100us, 1, 0us}, row{100us, 3, 0us}, row{100us, 4, 200us}, row{100us, 500, 200us},
                                row{350us, 4, 700us}, row{600us, 4, 700us}, row{10ms, 4, 700us}, row{0us, 4, 0us});
  CAPTURE(row_now.took.count(), row_now.requests);
  const std::chrono::steady_clock::time_point began{1h};
  commit_pace pace;
  CHECK(pace.next(1) < began);
  pace.committed(began, began + row_now.took, row_now.requests);
  CHECK(pace.next(row_now.requests) < began);
  if (row_now.requests > 1) {
    CHECK(pace.next(row_now.requests - 1) == began + row_now.next);
  }
}

TEST_CASE("after a commit in company a request waits for more, until the rest is over") {
  pace_fixture f;
  f.publish(4);
  f.settle();
  REQUIRE(f.counters.commits == 1);

  f.publish(1);
  f.publish(1);
  f.settle();
  CHECK(f.counters.commits == 1);
  f.writer.reach(f.time.steady_now() + 199us);
  f.settle();
  CHECK(f.counters.commits == 1);
  f.writer.reach(f.time.steady_now() + 200us);
  f.settle();
  CHECK(f.counters.commits == 2);
  CHECK(f.pipeline.depth() == 0);
}

TEST_CASE("as many as last time do not wait for more, and the end of the rest finds it over") {
  pace_fixture f;
  f.publish(4);
  f.settle();
  f.publish(4);
  f.settle();
  CHECK(f.counters.commits == 2);

  f.writer.reach(f.time.steady_now() + 1s);
  f.settle();
  CHECK(f.counters.commits == 2);
  f.publish(1);
  f.writer.reach(f.time.steady_now() + 1s);
  f.settle();
  CHECK(f.counters.commits == 3);
}

TEST_CASE("a publisher alone never waits") {
  pace_fixture f;
  for (std::uint64_t commits = 1; commits <= 3; ++commits) {
    f.publish(1);
    f.settle();
    CHECK(f.counters.commits == commits);
  }
}

TEST_CASE("nobody waits where commits take long") {
  pace_fixture f;
  f.time.commit_takes = 5ms;
  f.publish(10);
  f.settle();
  f.publish(1);
  f.settle();
  CHECK(f.counters.commits == 2);
}

TEST_CASE("a rest does not hold up the end of the process") {
  pace_fixture f;
  f.publish(4);
  f.settle();
  f.publish(1);
  bool emptied = false;
  f.pipeline.drain([&] { emptied = true; });
  f.settle();
  CHECK_FALSE(emptied);
  f.writer.reach(f.time.steady_now() + commit_pace::longest);
  f.settle();
  CHECK(emptied);
}

}  // namespace
}  // namespace eventmgr
