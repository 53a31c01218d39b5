#include "delivery_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using seqs = std::vector<std::uint64_t>;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// Takes all that is offered.
class open_consumer final : public consumer_sink {
 public:
  std::vector<lease_result> taken{};

  void attached(const subscription_info& /*info*/, const position& /*settled*/) override {}
  bool offer(std::span<const leased_event> events) override {
    for (const leased_event& each : events) taken.push_back({.ack_id = each.ack_id});
    return true;
  }
  void ended(const failure& /*why*/) override {}
};

/// Subscriptions "s", on topic `a`, and "other", on topic `b`, whose endpoints have one origin, and so one breaker.
struct breaker_fixture : delivery_fixture {
  static constexpr const char* other_url = "https://receiver.test/other";

  breaker_fixture() {
    receiver().origin = "https://receiver.test:443";
    other().origin = receiver().origin;
  }

  fake_receiver& other() { return channels.at(other_url); }

  static subscription_definition patient(std::string name, std::string_view on_pattern = "#") {
    subscription_definition made = webhook(std::move(name), on_pattern);
    made.options.retry = {.max_retries = 100, .strategy = backoff_strategy::fixed, .jitter = false};
    return made;
  }

  void create_other() {
    auto definition = patient("other", "b");
    definition.endpoint = other_url;
    create(definition);
  }

  /// Lets "s" fail until the breaker is open.
  void open() {
    receiver().answer = [](const auto&) { return unreachable(); };
    publish("a");
    advance(seconds{10});
    REQUIRE(stats("s").breaker == breaker_state::open);
  }

  /// As `open`, then lets the probe of "s" go, and gives it no answer.
  void probe() {
    open();
    receiver().answer = nullptr;
    receiver().sent.clear();
    advance(seconds{30});
    REQUIRE(receiver().sent.size() == 1);
    REQUIRE(stats("s").breaker == breaker_state::half_open);
  }

  void patch(const subscription_definition& to) {
    std::optional<result<subscription_info>> done;
    subject->subscriptions().update(
        to.name, [&](const auto&) { return to; }, into(done));
    settle();
    REQUIRE(done.value().has_value());
  }
};

TEST_CASE("a breaker whose probe will never be answered lets the next one go") {
  breaker_fixture f;
  f.create(f.patient("s", "a"));
  f.create_other();
  f.probe();
  f.publish("b");
  SECTION("its subscription is changed") {
    auto changed = f.patient("s", "a");
    changed.endpoint = "https://elsewhere.test/";
    f.patch(changed);
  }
  SECTION("its subscription is sought") {
    f.seek("s", start_now{});
    CHECK(f.info("s").generation == 2);
  }
  SECTION("its subscription is deleted") { f.remove("s"); }
  f.other().answer = [](const auto&) { return ok(); };
  f.advance(seconds{2});
  CHECK(f.other().seqs() == seqs{2});
  CHECK(f.stats("other").acknowledged == 1);
  CHECK(f.stats("other").breaker == breaker_state::closed);
}

TEST_CASE("the probe goes on though another subscription's events are given back") {
  breaker_fixture f;
  f.create(f.patient("s", "a"));
  f.create_other();
  // In flight since before it opened.
  f.publish("b");
  f.probe();
  f.other().settle_next({.outcome = delivery_result::verdict::release});
  f.advance(seconds{5});
  CHECK(f.other().sent.size() == 1);
}

TEST_CASE("why nothing goes while another subscription's probe is out is said") {
  breaker_fixture f;
  f.create(f.patient("s", "a"));
  f.create_other();
  f.probe();
  f.publish("b");
  CHECK(f.stats("other").idle_reason == "the circuit breaker is half-open: another delivery is its probe");
  CHECK(f.stats("s").idle_reason.empty());
}

TEST_CASE("attached clients do not wait for the breaker of the webhook, nor does what they say close it") {
  breaker_fixture f;
  auto definition = f.patient("s", "a");
  definition.options.realtime = true;
  definition.options.max_concurrency = 2;
  f.create(definition);
  f.open();

  auto client = std::make_shared<open_consumer>();
  auto attached = f.subject->subscriptions().attach({.definition = definition}, client);
  f.settle();
  f.advance(seconds{1});
  REQUIRE(client->taken.size() == 1);
  attached->acknowledge(client->taken);
  f.settle();
  CHECK(f.stats("s").acknowledged == 1);
  attached.reset();
  f.settle();
  CHECK(f.stats("s").breaker == breaker_state::open);
}

TEST_CASE("each path of a channel has its own breaker, and keeps it") {
  breaker_fixture f;
  f.create(f.patient("s", "a"));
  f.open();
  f.receiver().origin = "https://fallback.test:443";
  f.receiver().observer->ready();
  f.receiver().sent.clear();
  f.receiver().answer = [](const auto&) { return ok(); };
  f.advance(seconds{1});
  CHECK(f.receiver().sent.size() == 1);
  CHECK(f.stats("s").breaker == breaker_state::closed);

  f.receiver().origin = f.other().origin;
  f.publish("a");
  f.advance(seconds{1});
  CHECK(f.receiver().sent.size() == 1);
  CHECK(f.stats("s").breaker == breaker_state::open);
}

TEST_CASE("what is in flight stays so when only that is changed which the channel does not use") {
  breaker_fixture f;
  f.create(f.patient("s", "a"));
  f.publish("a", 2);
  auto changed = f.patient("s", "a");
  SECTION("not used") {
    changed.description = "now with words";
    changed.options.retry.max_retries = 7;
    changed.options.rate_limit_per_minute = 600;
    changed.options.delivery_log = delivery_log_mode::full;
    changed.options.max_backlog = backlog_limit{.events = 1000};
    f.patch(changed);
    CHECK(f.receiver().channels == 1);
    REQUIRE(f.receiver().pending.size() == 1);
    f.receiver().settle_next();
    f.advance(milliseconds{100});
    CHECK(f.receiver().seqs() == seqs{1, 2});
  }
  SECTION("used") {
    changed.options.headers = {{"x-a", "b"}};
    f.patch(changed);
    CHECK(f.receiver().channels == 2);
    CHECK(f.receiver().seqs() == seqs{1, 1});
  }
}

TEST_CASE("a rate limit that is set holds from then on, without taking back what is in flight") {
  breaker_fixture f;
  auto definition = f.patient("s", "a");
  f.create(definition);
  f.receiver().answer = [](const auto&) { return ok(); };
  definition.options.rate_limit_per_minute = 60;
  f.patch(definition);
  f.publish("a", 3);
  CHECK(f.receiver().seqs() == seqs{1});
  f.advance(milliseconds{1100});
  CHECK(f.receiver().seqs() == seqs{1, 2});
}

TEST_CASE("a subscription whose endpoint is refused says so, and is well again once it is not") {
  breaker_fixture f;
  f.create(f.patient("s", "a"));
  f.receiver().refused = failure{.code = errc::invalid_request, .message = "a link-local address"};
  f.crash();
  CHECK(f.info("s").status == subscription_status::error);
  CHECK(f.info("s").status_reason == "the endpoint is refused: a link-local address");

  f.receiver().refused.reset();
  f.resume("s");
  CHECK(f.info("s").status == subscription_status::active);
  CHECK(f.info("s").status_reason.empty());
}

}  // namespace
}  // namespace eventmgr::test
