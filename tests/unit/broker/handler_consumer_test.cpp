#include "broker/handler_consumer.hpp"

#include "support/broker_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr {
namespace {

using namespace std::chrono_literals;

/// Counts how often it is asked to go on.
struct counting_lease final : consumer_handle {
  int resumed{0};
  std::size_t acknowledged{0};

  void acknowledge(std::vector<lease_result> results) override { acknowledged += results.size(); }
  void resume() override { ++resumed; }
};

struct handler_consumer_fixture {
  explicit handler_consumer_fixture(std::chrono::milliseconds a_call) {
    subject = std::make_shared<handler_consumer>(
        [this, a_call](const event&) {
          time.advance(a_call);
          return handler_result{};
        },
        handlers, counters, time, [](const auto&) {});
    subscription_info info;
    info.definition.options.ack_timeout = 40s;
    subject->attached(info, {});
    subject->attach(lease);
  }

  bool offer() {
    leased_event made{.ack_id = "x"};
    made.event.record = test::make_event("a");
    return subject->offer({&made, 1});
  }
  std::size_t offer_all() {
    std::size_t taken = 0;
    while (offer()) ++taken;
    return taken;
  }

  test::fake_clock time{};
  test::manual_executor handlers{};
  broker_counters counters{};
  std::shared_ptr<counting_lease> lease{std::make_shared<counting_lease>()};
  std::shared_ptr<handler_consumer> subject{};
};

TEST_CASE("a handler is given no more events than it can handle while their leases run") {
  struct row {
    std::chrono::milliseconds a_call;
    std::size_t room;
  };
  for (const row& each : {row{0ms, 256}, row{1s, 10}, row{4s, 2}, row{30s, 1}, row{100s, 1}}) {
    CAPTURE(each.a_call.count());
    handler_consumer_fixture f{each.a_call};
    // How long a call takes is not known yet.
    CHECK(f.offer_all() == 1);
    run_all(f.handlers);
    CHECK(f.lease->resumed == 1);
    CHECK(f.offer_all() == each.room);
    run_all(f.handlers);
    CHECK(f.lease->acknowledged == each.room + 1);
    CHECK(f.lease->resumed == 2);
    f.subject->stop();
  }
}

}  // namespace
}  // namespace eventmgr
