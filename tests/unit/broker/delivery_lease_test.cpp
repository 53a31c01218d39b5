#include "delivery_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Adds clients that take events by themselves.
struct lease_fixture : delivery_fixture {
  static subscription_definition pulled(std::string name) {
    subscription_definition made = webhook(std::move(name));
    made.channel = channel_kind::pull;
    made.endpoint.clear();
    made.options.max_concurrency = 1000;
    return made;
  }

  std::vector<leased_event> pull(const std::string& name, std::uint32_t max = 10) {
    std::optional<result<std::vector<leased_event>>> came;
    subject->subscriptions().pull(name, max, milliseconds{0}, std::make_shared<std::atomic<bool>>(false), into(came));
    settle();
    advance(milliseconds{10});
    return came.value().value();
  }

  ack_summary acknowledge(const std::string& name, std::string ack_id) {
    std::optional<result<ack_summary>> came;
    subject->subscriptions().acknowledge(name, {{.ack_id = std::move(ack_id)}}, into(came));
    settle();
    return came.value().value();
  }
};

TEST_CASE("an acknowledgement from before a seek settles nothing after it") {
  lease_fixture f;
  f.create(f.pulled("s"));
  f.publish("a");
  f.publish("b");
  const auto before = f.pull("s", 1);
  REQUIRE(before.size() == 1);

  f.seek("s", offset{2});
  const auto after = f.pull("s", 1);
  REQUIRE(after.size() == 1);
  CHECK(after[0].event.record->seq.value == 2);
  CHECK(f.acknowledge("s", before[0].ack_id).ignored.size() == 1);
  CHECK(f.stats("s").acknowledged == 0);
  CHECK(f.acknowledge("s", after[0].ack_id).accepted == 1);
}

TEST_CASE("an acknowledgement of a deleted subscription's means nothing to one that is made under its name") {
  lease_fixture f;
  f.create(f.pulled("s"));
  f.publish("a");
  const auto before = f.pull("s");
  f.remove("s");
  f.create(f.pulled("s"));
  f.publish("b");
  REQUIRE(f.pull("s").size() == 1);

  CHECK(f.acknowledge("s", before[0].ack_id).ignored.size() == 1);
  CHECK(f.stats("s").in_flight == 1);
}

TEST_CASE("a lease that is shortened ends as soon as it says from then on") {
  lease_fixture f;
  auto definition = f.pulled("s");
  definition.options.ack_timeout = seconds{3600};
  f.create(definition);
  f.publish("a");
  REQUIRE(f.pull("s").size() == 1);

  definition.options.ack_timeout = seconds{1};
  f.create(definition);
  REQUIRE(f.pull("s").size() == 1);
  f.advance(milliseconds{1100});
  CHECK(f.stats("s").failed_attempts == 1);
  CHECK(f.stats("s").in_flight == 0);
}

}  // namespace
}  // namespace eventmgr::test
