#include "broker/in_process_manager.hpp"

#include "codec/event_input.hpp"
#include "support/broker_fixture.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr {
namespace {

constexpr std::uint64_t event_bytes = 1000;

input_readers events_only() {
  input_readers readers;
  readers.events = [](event_in&& input, time_point now) {
    return codec::normalise_input(std::move(input), {.limits = {.max_event_bytes = event_bytes}, .now = now});
  };
  return readers;
}

/// The C++ face of a broker whose threads are in the test's hand: of its calls only those that do not wait.
struct in_process_fixture {
  test::broker_fixture f{1, {.queue_events = 1, .version = "test"}};
  test::manual_executor handlers{};
  std::unique_ptr<event_manager> manager{
      make_in_process_manager(*f.subject, f.time, f.core, handlers, events_only(), nullptr)};

  struct outcome {
    int calls{0};
    std::optional<result<publish_receipt>> last{};
  };
  /// Publishes; the outcome is told when it comes.
  std::shared_ptr<outcome> publish(event_in input) {
    auto told = std::make_shared<outcome>();
    manager->publish_async(std::move(input), [told](result<publish_receipt> value) {
      ++told->calls;
      told->last = std::move(value);
    });
    return told;
  }
};

event_in small_event() { return {.type = "test.happened", .source = "test", .payload = "{}", .topic = "a"}; }

void check_refused(in_process_fixture& in, const std::shared_ptr<in_process_fixture::outcome>& told, errc code) {
  CHECK(told->calls == 0);
  run_all(in.f.core);
  REQUIRE(told->calls == 1);
  REQUIRE(told->last->has_error());
  CHECK(told->last->error().code == code);
}

TEST_CASE("a publisher that does not wait is told of an invalid event by the core, not within its call") {
  in_process_fixture in;
  check_refused(in, in.publish({.type = ""}), errc::invalid_event);
  CHECK(in.f.subject->metrics().events_rejected == 1);
}

TEST_CASE("a publisher that does not wait is told by the core that the queue is full, or that the broker ends") {
  in_process_fixture in;
  const auto first = in.publish(small_event());
  check_refused(in, in.publish(small_event()), errc::queue_full);
  in.f.settle();
  REQUIRE(first->calls == 1);
  CHECK(first->last->value().seq == offset{1});

  in.f.subject->drain([] {});
  check_refused(in, in.publish(small_event()), errc::shutting_down);
}

TEST_CASE("a publisher that does not wait is told once that the store is away") {
  in_process_fixture in;
  in.f.faults->fail_next_commits(1);
  const auto told = in.publish(small_event());
  in.f.settle();
  REQUIRE(told->calls == 1);
  CHECK(told->last->error().code == errc::store_unavailable);
}

TEST_CASE("a batch of which all or none is stored says which event is too large or too deep") {
  in_process_fixture in;
  event_in large = small_event();
  large.payload = R"({"p":")" + std::string(event_bytes, 'x') + "\"}";
  event_in deep = small_event();
  deep.payload = R"({"p":)" + std::string(100, '[') + std::string(100, ']') + '}';

  const auto refused = in.manager->publish_batch({small_event(), large, deep}, atomicity::all_or_none);

  REQUIRE(refused.has_error());
  REQUIRE(refused.error().details.size() == 2);
  CHECK(refused.error().details[0].pointer == "/1");
  CHECK_THAT(refused.error().details[0].message, Catch::Contains("bytes"));
  CHECK(refused.error().details[1].pointer == "/2/payload");
  CHECK(in.manager->publish_batch({deep}).value().at(0).error().code == errc::invalid_request);
}

}  // namespace
}  // namespace eventmgr
