#include "delivery_fixture.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <memory>

namespace eventmgr::test {
namespace {

using namespace std::chrono_literals;

/// A client that takes everything and says nothing.
struct silent_consumer final : consumer_sink {
  std::vector<std::size_t> offers{};

  void attached(const subscription_info&, const position&) override {}
  bool offer(std::span<const leased_event> events) override {
    offers.push_back(events.size());
    return true;
  }
  void ended(const failure&) override {}
};

subscription_definition leased(channel_kind channel) {
  subscription_definition made{.name = "s", .channel = channel};
  made.topics.push_back(pattern("#"));
  made.options.max_concurrency = 1000;
  return made;
}

TEST_CASE("a batch for an attached client waits for its own size") {
  delivery_fixture f;
  auto definition = leased(channel_kind::stream);
  definition.options.batch_size = 3;
  definition.options.batch_wait = 500ms;
  f.create(definition);
  const auto client = std::make_shared<silent_consumer>();
  const auto handle = f.subject->subscriptions().attach({.definition = definition}, client);
  f.settle();

  f.publish("a", 2);
  CHECK(client->offers.empty());
  f.publish("a");
  CHECK(client->offers == std::vector<std::size_t>{3});
  f.publish("a");
  CHECK(client->offers.size() == 1);
  f.advance(600ms);
  CHECK(client->offers == std::vector<std::size_t>{3, 1});
}

TEST_CASE("a test event that nobody answers is no longer leased") {
  delivery_fixture f;
  f.create(leased(channel_kind::pull));
  std::optional<result<std::vector<leased_event>>> pulled;
  f.subject->subscriptions().pull("s", 1, 60s, std::make_shared<std::atomic<bool>>(false), f.into(pulled));
  f.settle();
  std::optional<result<delivery_attempt>> tried;
  f.subject->subscriptions().test("s", f.into(tried));
  f.settle();
  REQUIRE(pulled.value()->size() == 1);
  CHECK_FALSE(tried);

  f.advance(31s);

  CHECK(tried.value()->error == "not answered");
  std::optional<result<ack_summary>> said;
  f.subject->subscriptions().acknowledge("s", {{.ack_id = pulled.value()->front().ack_id}}, f.into(said));
  f.settle();
  CHECK(said.value()->accepted == 0);
}

}  // namespace
}  // namespace eventmgr::test
