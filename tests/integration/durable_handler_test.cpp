#include "integration/restarting_manager.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace eventmgr {
namespace {

using namespace testing;
using namespace std::chrono_literals;

TEST_CASE("a handler of a durable subscription goes on where it was, also in another run of the program") {
  restarting_manager f;
  tally first;
  const auto take = [](tally& into) {
    return [&into](const event& record) {
      into.note(record);
      return handler_result{};
    };
  };
  const auto info = f.manager->attach(f.definition(), take(first)).value();
  CHECK(info.definition.channel == channel_kind::callback);
  f.publish(3);
  REQUIRE(first.wait_for(3));
  REQUIRE(eventually([&] { return f.manager->get_subscription_stats("worker")->acknowledged == 3; }));
  REQUIRE(f.manager->unsubscribe(info.id).has_value());
  f.publish(2);
  f.start();

  tally second;
  REQUIRE(f.manager->attach(f.definition(), take(second)).has_value());
  REQUIRE(second.wait_for(2));
  CHECK(second.seen() == std::map<std::uint64_t, int>{{4, 1}, {5, 1}});
  CHECK(eventually([&] { return f.manager->get_subscription_stats("worker")->acknowledged == 5; }));
}

TEST_CASE("what a handler refuses is tried again, or becomes a dead letter at once if it says so") {
  restarting_manager f;
  tally seen;
  const auto handler = [&](const event& record) -> handler_result {
    seen.note(record);
    if (record.seq.value == 1 && seen.seen()[1] < 3) return {.success = false, .error = "not yet"};
    if (record.seq.value == 2) return {.success = false, .error = "never", .retry = false, .metadata = R"({"why":1})"};
    return {};
  };
  REQUIRE(f.manager->attach(f.definition(), handler).has_value());
  f.publish(3);

  REQUIRE(eventually([&] { return f.manager->get_subscription_stats("worker")->acknowledged == 2; }));
  CHECK(seen.seen() == std::map<std::uint64_t, int>{{1, 3}, {2, 1}, {3, 1}});
  const auto letters = f.manager->get_dead_letters({}).value().dead_letters;
  REQUIRE(letters.size() == 1);
  CHECK(letters[0].reason == "never");
  REQUIRE(letters[0].attempts.size() == 1);
  CHECK(letters[0].attempts[0].metadata == R"({"why":1})");
}

TEST_CASE("a handler that throws is tried again, and may publish") {
  restarting_manager f;
  std::atomic<int> calls{0};
  REQUIRE(
      f.manager
          ->attach(f.definition(),
                   [&](const event& record) -> handler_result {
                     if (++calls == 1) throw std::runtime_error{"oops"};
                     if (record.topic.str() == "a/b") {
                       f.manager->publish({.type = "test", .source = "test", .payload = "{}", .topic = "a/c"}).value();
                     }
                     return {};
                   })
          .has_value());
  f.publish(1);
  CHECK(eventually([&] { return f.manager->get_subscription_stats("worker")->acknowledged == 2; }));
}

TEST_CASE("a handler stays attached when its subscription is moved") {
  restarting_manager f;
  tally seen;
  const auto handler = [&](const event& record) {
    seen.note(record);
    return handler_result{};
  };
  const auto info = f.manager->attach(f.definition(), handler).value();
  f.publish(3);
  REQUIRE(eventually([&] { return f.manager->get_subscription_stats("worker")->acknowledged == 3; }));
  REQUIRE(f.manager->seek_subscription("worker", offset{2}).has_value());

  CHECK(eventually([&] { return f.manager->get_subscription_stats("worker")->acknowledged == 2; }));
  CHECK(seen.seen() == std::map<std::uint64_t, int>{{1, 1}, {2, 2}, {3, 2}});
  CHECK(f.manager->unsubscribe(info.id).has_value());
}

TEST_CASE("a second handler of one name, and other topics, are refused") {
  restarting_manager f;
  const auto handler = [](const event&) { return handler_result{}; };
  REQUIRE(f.manager->attach(f.definition(), handler).has_value());
  CHECK(f.manager->attach(f.definition(), handler).error().code == errc::conflict);
  auto other = f.definition();
  other.topics = {topic_pattern::parse("b").value()};
  CHECK(f.manager->attach(other, handler).error().code == errc::conflict);
}

TEST_CASE("a wrong definition is refused with all that is wrong") {
  restarting_manager f;
  auto wrong = f.definition();
  wrong.filter = R"({"colour":"red"})";
  CHECK(f.manager->create_subscription(wrong).error().code == errc::invalid_request);
  subscription_definition nothing{.name = "nothing", .channel = channel_kind::pull};
  CHECK(f.manager->create_subscription(nothing).error().code == errc::invalid_request);
}

TEST_CASE("durable subscriptions are listed, paused, moved and deleted in process") {
  restarting_manager f;
  auto definition = f.definition();
  definition.channel = channel_kind::pull;
  const auto made = f.manager->create_subscription(definition).value();
  CHECK(f.manager->list_subscriptions().value().size() == 1);
  CHECK(f.manager->pause_subscription("worker")->status == subscription_status::paused);
  CHECK(f.manager->resume_subscription("worker")->status == subscription_status::active);
  f.publish(4);
  CHECK(f.manager->seek_subscription(to_string(made.id), offset{3})->generation == 2);
  CHECK(f.manager->get_subscription_stats("worker")->lag[2] == 2);
  CHECK(f.manager->delete_subscription("worker").has_value());
  CHECK(f.manager->delete_subscription("worker").error().code == errc::not_found);
}

}  // namespace
}  // namespace eventmgr
