#include "integration/restarting_manager.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace eventmgr {
namespace {

using namespace testing;
using namespace std::chrono_literals;

/// A handler that refuses the payloads that it was told to, and keeps what it has taken.
class picky_handler {
 public:
  void refuse(std::set<std::string> payloads) {
    const std::lock_guard lock{mutex_};
    refused_ = std::move(payloads);
  }

  event_handler handler() {
    return [this](const event& record) -> handler_result {
      const std::lock_guard lock{mutex_};
      if (refused_.contains(record.payload)) {
        return {.success = false, .error = "no use for " + std::to_string(record.seq.value), .retry = false};
      }
      taken_.push_back(record.payload);
      return {};
    };
  }

  std::vector<std::string> taken() {
    const std::lock_guard lock{mutex_};
    return taken_;
  }

 private:
  std::mutex mutex_;
  std::set<std::string> refused_;
  std::vector<std::string> taken_;
};

std::string payload_no(int number) { return R"({"n":)" + std::to_string(number) + "}"; }

void publish(event_manager& to, int count) {
  for (int i = 0; i < count; ++i) {
    to.publish({.type = "test.happened", .source = "test", .payload = payload_no(i), .topic = "a/b"}).value();
  }
}

std::uint64_t count_of(event_manager& manager, dead_letter_state state) {
  return manager.get_dead_letters({.state = state})->total;
}

TEST_CASE("a program requeues a dead letter with a patch, and the rest by a plan") {
  picky_handler handler;
  restarting_manager f;
  handler.refuse({payload_no(0), payload_no(2), payload_no(4)});
  REQUIRE(f.manager->attach(f.definition(), handler.handler()).has_value());
  publish(*f.manager, 5);
  REQUIRE(eventually([&] { return count_of(*f.manager, dead_letter_state::open) == 3; }));
  auto letters = f.manager->get_dead_letters({.oldest_first = true})->dead_letters;
  REQUIRE(letters.size() == 3);
  // Those of one millisecond are in the order of their ids.
  std::ranges::sort(letters, {}, [](const dead_letter& letter) { return letter.record.seq; });
  CHECK(letters[0].fingerprint == letters[1].fingerprint);

  const auto edited = f.manager->requeue_dead_letter(letters[0].id, R"({"n": 100})");
  REQUIRE(edited.has_value());
  CHECK(edited->matched == 1);
  REQUIRE(eventually([&] { return count_of(*f.manager, dead_letter_state::delivered) == 1; }));
  CHECK(handler.taken().back() == payload_no(100));
  CHECK(f.manager->get_event(letters[0].record.id)->payload == payload_no(0));

  REQUIRE(f.manager->discard_dead_letter(letters[1].id).has_value());
  CHECK(f.manager->discard_dead_letter(letters[1].id).error().code == errc::conflict);
  CHECK(f.manager->requeue_dead_letter(letters[1].id).error().code == errc::conflict);

  handler.refuse({});
  const auto plan = f.manager->requeue_dead_letters({.which = {.subscription = "worker"}, .canary = 1});
  REQUIRE(plan.has_value());
  CHECK(plan->matched == 1);
  REQUIRE(eventually([&] { return count_of(*f.manager, dead_letter_state::delivered) == 2; }));
  CHECK(handler.taken().back() == payload_no(4));
  const auto stats = f.manager->get_subscription_stats("worker").value();
  CHECK(stats.acknowledged == 2);
  CHECK(stats.dead == 3);
}

TEST_CASE("a program is told what is wrong with a requeue or a replay") {
  restarting_manager f;
  CHECK(f.manager->requeue_dead_letter({}).error().code == errc::not_found);
  CHECK(f.manager->requeue_dead_letter({}, "{").error().code == errc::malformed_json);
  CHECK(f.manager->requeue_dead_letters({.limit = 0, .rate_per_second = -1}).error().details.size() == 2);
  CHECK(f.manager->discard_dead_letter({}).error().code == errc::not_found);
  CHECK(f.manager->replay_events({.filter = R"({"odd":1})"}).error().details[0].pointer == "/filter/odd");
  CHECK(f.manager->replay_events({.subscriptions = {"nobody"}}).error().code == errc::not_found);
  CHECK(f.manager->get_replay({}).error().code == errc::not_found);
  CHECK(f.manager->cancel_replay({}).error().code == errc::not_found);
}

TEST_CASE("a replay delivers history once more, goes on after a restart, and leaves the subscription's place alone") {
  picky_handler handler;
  restarting_manager f;
  REQUIRE(f.manager->attach(f.definition(), handler.handler()).has_value());
  publish(*f.manager, 20);
  REQUIRE(eventually([&] { return f.manager->get_subscription_stats("worker")->acknowledged == 20; }));

  const auto begun = f.manager->replay_events({.from = offset{6}, .to = offset{16}});
  REQUIRE(begun.has_value());
  REQUIRE(eventually([&] { return f.manager->get_replay(begun->id)->status == replay_status::completed; }));
  const replay_info ended = f.manager->get_replay(begun->id).value();
  CHECK(ended.events_to_replay == 10);
  CHECK(ended.events_replayed == 10);
  REQUIRE(ended.targets.size() == 1);
  CHECK(ended.targets[0].delivered == 10);
  const std::vector<std::string> taken = handler.taken();
  REQUIRE(taken.size() == 30);
  CHECK(taken[20] == payload_no(5));
  CHECK(taken[29] == payload_no(14));
  CHECK(f.manager->cancel_replay(begun->id).error().code == errc::conflict);

  // Nobody takes anything, so that it is under way when the program ends.
  const auto worker = f.manager->list_subscriptions()->front().id;
  REQUIRE(f.manager->unsubscribe(worker).has_value());
  const auto second = f.manager->replay_events({}).value().id;
  REQUIRE(eventually([&] { return f.manager->get_replay(second)->status == replay_status::running; }));
  f.start();
  CHECK(f.manager->get_replay(second)->status == replay_status::running);
  REQUIRE(f.manager->attach(f.definition(), handler.handler()).has_value());
  REQUIRE(eventually([&] { return f.manager->get_replay(second)->status == replay_status::completed; }));
  CHECK(handler.taken().size() == 50);
  CHECK(f.manager->get_subscription_stats("worker")->acknowledged == 20);

  REQUIRE(f.manager->unsubscribe(worker).has_value());
  const auto third = f.manager->replay_events({}).value().id;
  REQUIRE(f.manager->cancel_replay(third).has_value());
  CHECK(f.manager->get_replay(third)->status == replay_status::cancelled);
}

}  // namespace
}  // namespace eventmgr
