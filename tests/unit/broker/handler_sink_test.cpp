#include "broker/handler_sink.hpp"

#include "support/broker_fixture.hpp"

#include <catch2/catch.hpp>

#include <numeric>

namespace eventmgr {
namespace {

/// Counts how often it is asked to go on.
class counting_feed final : public tail_handle {
 public:
  void resume() override { ++resumed; }
  subscription_id id() const noexcept override { return {}; }

  int resumed{0};
};

struct handler_sink_fixture {
  test::fake_clock time{};
  test::manual_executor handlers{};
  broker_counters counters{};
  std::vector<std::uint64_t> seen{};
  std::shared_ptr<handler_sink> sink{std::make_shared<handler_sink>(
      [this](const event& record) {
        seen.push_back(record.seq.value);
        return handler_result{};
      },
      handlers, counters, time, [](const auto&) {})};
  std::uint64_t offered{0};

  bool offer() {
    const std::shared_ptr<event> made = test::make_event("a");
    made->seq = {offered + 1};
    const std::shared_ptr<const event> record = made;
    const bool taken = sink->offer({.record = record, .json = record->payload, .place = {}});
    offered += taken ? 1 : 0;
    return taken;
  }
};

TEST_CASE("a full handler queue refuses, and asks for more once it is half empty") {
  handler_sink_fixture f;
  const auto feed = std::make_shared<counting_feed>();
  f.sink->attach(feed);
  while (f.offer()) {
  }
  CHECK(f.offered == 256);

  run_all(f.handlers);

  CHECK(feed->resumed == 1);
  CHECK(f.seen.size() == 256);
}

TEST_CASE("a queue that was full and emptied before it knew its feed asks for more when it does") {
  handler_sink_fixture f;
  while (f.offer()) {
  }
  run_all(f.handlers);
  const auto feed = std::make_shared<counting_feed>();

  f.sink->attach(feed);

  CHECK(feed->resumed == 1);
}

TEST_CASE("a handler that has fallen behind gets everything in order, though the store could not be read for a while") {
  test::broker_fixture f{1, {.ring_events = 2}};
  test::manual_executor handlers;
  std::vector<std::uint64_t> seen;
  const auto note = [&](const event& record) {
    seen.push_back(record.seq.value);
    return handler_result{};
  };
  const auto sink = std::make_shared<handler_sink>(note, handlers, f.subject->counters(), f.time, [](const auto&) {});
  sink->attach(f.open_tail("#", sink));
  f.publish("a", 300);
  f.faults->fail_reads();

  run_all(handlers);
  f.settle();
  CHECK(seen.size() == 256);
  f.advance(std::chrono::seconds{1});
  f.faults->clear();
  f.advance(std::chrono::seconds{1});
  f.publish("a");
  run_all(handlers);

  std::vector<std::uint64_t> all(301);
  std::iota(all.begin(), all.end(), 1U);
  CHECK(seen == all);
  sink->stop();
}

TEST_CASE("a stopped sink calls its handler no more") {
  handler_sink_fixture f;
  f.offer();
  f.sink->stop();
  run_all(f.handlers);
  CHECK(f.seen.empty());
}

}  // namespace
}  // namespace eventmgr
