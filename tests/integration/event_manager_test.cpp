#include "integration/restarting_manager.hpp"

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <numeric>
#include <thread>

namespace eventmgr {
namespace {

using namespace testing;
using namespace std::chrono_literals;

/// Collects what a handler was given, for a test that waits.
class collector {
 public:
  handler_result take(const event& record) {
    const std::lock_guard lock{mutex_};
    seqs_.push_back(record.seq.value);
    changed_.notify_all();
    return {};
  }

  bool wait_for(std::size_t count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, default_patience, [&] { return seqs_.size() >= count; });
  }

  std::vector<std::uint64_t> seqs() {
    const std::lock_guard lock{mutex_};
    return seqs_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::uint64_t> seqs_;
};

event_in on(std::string topic) {
  return {.type = "test.happened", .source = "test", .payload = R"({"n": 1})", .topic = std::move(topic)};
}

subscription_request everything(start_point start = start_now{}) {
  return {.topics = {topic_pattern{}}, .start = start};
}

std::vector<std::uint64_t> run_of(std::uint64_t last) {
  std::vector<std::uint64_t> run(last);
  std::iota(run.begin(), run.end(), 1U);
  return run;
}

TEST_CASE("what is published can be read again, also after the broker was opened anew") {
  restarting_manager f;
  const publish_receipt receipt = f.manager->publish(on("project/created")).value();
  CHECK(receipt.seq == offset{1});
  f.start();

  const event found = f.manager->get_event(receipt.id).value();
  CHECK(found.topic.str() == "project/created");
  CHECK(found.payload == R"({"n":1})");
  CHECK(f.manager->get_events({}).value().events == std::vector{found});
  CHECK(f.manager->publish(on("project/created")).value().seq == offset{2});
}

TEST_CASE("a second broker on the same store is refused") {
  restarting_manager f;
  settings options;
  options.data_dir = f.dir;
  CHECK_THROWS_AS(event_manager::open(options), error);
}

TEST_CASE("a handler sees history and then what is published, once and in order") {
  restarting_manager f;
  std::vector<event_in> batch(500, on("a"));
  REQUIRE(f.manager->publish_batch(batch).has_value());
  collector seen;
  const auto subscription =
      f.manager->subscribe(everything(offset{1}), [&](const event& e) { return seen.take(e); }).value();
  CHECK(subscription.start == position{.after = {offset{0}}});
  for (int i = 0; i < 3; ++i) REQUIRE(f.manager->publish_batch(batch).has_value());

  REQUIRE(seen.wait_for(2000));
  CHECK(seen.seqs() == run_of(2000));
}

TEST_CASE("a handler gets what its filter passes, and a filter with faults is refused with all of them") {
  restarting_manager f;
  const auto costing = [](int cost) {
    event_in input = on("orders");
    input.payload = "{\"cost\": " + std::to_string(cost) + "}";
    return input;
  };
  f.manager->publish_batch({costing(5), costing(50)}).value();
  collector seen;
  subscription_request request = everything(offset{1});
  request.filter = R"({"payload": {"cost": {"gte": 50}}})";

  REQUIRE(f.manager->subscribe(request, [&](const event& e) { return seen.take(e); }).has_value());
  f.manager->publish_batch({costing(49), costing(500)}).value();

  REQUIRE(seen.wait_for(2));
  CHECK(seen.seqs() == std::vector<std::uint64_t>{2, 4});

  request.filter = R"({"payload": {"cost": {"gte": true}}, "topic": "a"})";
  const auto refused = f.manager->subscribe(request, [](const event&) { return handler_result{}; });
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == errc::invalid_request);
  CHECK(refused.error().details ==
        std::vector<problem>{{"/filter/payload/cost/gte", "must be a number"}, {"/filter/topic", "is not known"}});
  request.filter = "cost > 50";
  CHECK(f.manager->subscribe(request, [](const event&) { return handler_result{}; }).error().code ==
        errc::malformed_json);
}

TEST_CASE("a handler may publish, and what it throws ends nothing") {
  restarting_manager f;
  collector seen;
  const auto subscription = f.manager->subscribe(everything(), [&](const event& e) {
    if (e.topic.str() == "first") f.manager->publish(on("second")).value();
    seen.take(e);
    throw std::runtime_error{"no"};
    return handler_result{};
  });
  REQUIRE(subscription.has_value());
  f.manager->publish(on("first")).value();
  REQUIRE(seen.wait_for(2));
  CHECK(f.manager->unsubscribe(subscription->id).has_value());
  CHECK(f.manager->get_metrics().events_failed == 2);
}

TEST_CASE("after unsubscribe the handler is not called again") {
  restarting_manager f;
  std::atomic<bool> over{false};
  std::atomic<int> late{0};
  collector seen;
  const auto subscription = f.manager->subscribe(everything(), [&](const event& e) {
    if (over) ++late;
    return seen.take(e);
  });
  f.manager->publish_batch(std::vector<event_in>(200, on("a"))).value();
  REQUIRE(seen.wait_for(1));

  CHECK(f.manager->unsubscribe(subscription->id).has_value());
  over = true;
  f.manager->publish(on("a")).value();

  CHECK(late == 0);
  CHECK(f.manager->unsubscribe(subscription->id).error().code == errc::not_found);
}

TEST_CASE("a handler may end its own subscription") {
  restarting_manager f;
  collector seen;
  std::promise<subscription_id> promised;
  const auto id = promised.get_future().share();
  const auto subscription = f.manager->subscribe(everything(), [&, id](const event& e) {
    static_cast<void>(f.manager->unsubscribe(id.get()));
    return seen.take(e);
  });
  promised.set_value(subscription->id);

  f.manager->publish_batch(std::vector<event_in>(10, on("a"))).value();
  REQUIRE(seen.wait_for(1));
  CHECK(f.manager->get_health().active_subscriptions == 0);
  CHECK(seen.seqs().size() == 1);
}

TEST_CASE("an invalid event is refused with everything that is wrong with it") {
  restarting_manager f;
  const auto refused = f.manager->publish({.type = "", .source = "", .payload = "[1]"});
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == errc::invalid_event);
  CHECK(refused.error().details.size() >= 3);

  auto batch = f.manager->publish_batch({on("a"), {.type = "x"}, on("b")}).value();
  CHECK(batch[0].has_value());
  CHECK(batch[1].has_error());
  CHECK(batch[2]->seq == offset{2});

  const auto whole = f.manager->publish_batch({on("a"), {.type = "x"}}, atomicity::all_or_none);
  REQUIRE(whole.has_error());
  CHECK(whole.error().details.at(0).pointer.starts_with("/1/"));
  CHECK(f.manager->get_metrics().events_published == 2);
}

TEST_CASE("topics can be declared once and are listed with what was published to") {
  restarting_manager f;
  f.manager->publish(on("b/published")).value();
  const topic_declaration wanted{.topic = topic_name::parse("a/declared").value(), .description = "ours"};
  CHECK(f.manager->create_topic(wanted).value().declared);
  CHECK(f.manager->create_topic(wanted).error().code == errc::conflict);

  const auto topics = f.manager->list_topics().value();
  REQUIRE(topics.size() == 2);
  CHECK(topics[0].description == "ours");
  CHECK(topics[1].event_count == 1);
}

TEST_CASE("a broker with busy handlers and waiting events can be closed") {
  restarting_manager f;
  const auto slow = [](const event&) {
    std::this_thread::sleep_for(1ms);
    return handler_result{};
  };
  for (int i = 0; i < 6; ++i) REQUIRE(f.manager->subscribe(everything(offset{1}), slow).has_value());
  f.manager->publish_batch(std::vector<event_in>(1000, on("a"))).value();
  f.start();
  CHECK(f.manager->get_events({}).value().total == 1000);
}

}  // namespace
}  // namespace eventmgr
