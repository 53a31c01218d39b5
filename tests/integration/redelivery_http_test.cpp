#include "support/daemon.hpp"
#include "support/eventually.hpp"
#include "tools/webhook_receiver.hpp"

#include <eventmgr/client.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

// The built daemon with its store, its API and a webhook that fails on some events.

namespace eventmgr {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using nlohmann::json;

json value_of(const result<std::string>& answer) {
  if (!answer) FAIL(answer.error().message);
  return json::parse(*answer);
}

/// A receiver to which dollars mean nothing until it is mended, and what feeds it.
class billing {
 public:
  billing() {
    receiver_.treat("/bill", [this](const webhook_request& request) {
      const json payload = json::parse(request.body).at("payload");
      const bool refused = payload.at("currency") == "USD" && !mended_;
      const std::string error = "no rate for order " + payload.at("n").dump() + " in \"USD\"";
      return webhook_reply{.body = json{{"success", !refused}, {"retry", false}, {"error", error}}.dump()};
    });
    start();
    const json definition{{"name", "billing"}, {"topic", "orders.#"}, {"endpoint", receiver_.url("/bill")}};
    REQUIRE(api().subscriptions().create(definition.dump()).has_value());
  }

  void start() {
    daemon_.emplace(daemon_options{.data_dir = data_.path()});
    api_ = std::make_unique<client::broker_client>(client::client_options{.url = daemon_->url()});
  }

  /// As a power cut does.
  void crash() {
    daemon_->child().send_signal(SIGKILL);
    daemon_->child().wait();
  }

  /// Whether the ledger still agrees with the log.
  bool proved() { return value_of(api().verify())["ok"] == true; }

  /// Orders in turn in euros and dollars.
  void publish(int count) {
    json events = json::array();
    for (int i = 0; i < count; ++i) {
      events.push_back({{"type", "orders.placed"},
                        {"source", "test"},
                        {"payload", {{"n", i}, {"currency", i % 2 == 0 ? "EUR" : "USD"}}}});
    }
    REQUIRE(api().publish_batch(events.dump(), client::batch_body::json)->failed == 0);
  }

  void mend() { mended_ = true; }
  client::broker_client& api() { return *api_; }
  std::vector<webhook_request> requests() const { return receiver_.requests("/bill"); }

  std::uint64_t letters(std::optional<dead_letter_state> state) {
    return api().dead_letters().query({.state = state, .limit = 1})->total;
  }
  json plan(const json& made) {
    return value_of(api().dead_letters().get_requeue(*requeue_id::parse(made.at("planId").get<std::string>())));
  }
  json replay(const json& made) {
    return value_of(api().replays().get(*replay_id::parse(made.at("replayId").get<std::string>())));
  }

 private:
  temp_dir data_;
  std::atomic<bool> mended_{false};
  webhook_receiver receiver_;
  std::optional<testing::daemon> daemon_;
  std::unique_ptr<client::broker_client> api_;
};

TEST_CASE("what failed is summarised, one is put right, the rest are redriven behind a canary") {
  billing shop;
  shop.publish(20);
  REQUIRE(eventually([&] { return shop.letters(dead_letter_state::open) == 10; }));
  auto letters = shop.api().dead_letters();

  const json summary = value_of(letters.summary({}));
  REQUIRE(summary["groups"].size() == 1);
  CHECK(summary["groups"][0]["reason"] == "no rate for order <n> in <text>");
  CHECK(summary["groups"][0]["count"] == 10);
  CHECK(summary["groups"][0]["topics"] == json::parse(R"([{"name":"orders/placed","count":10}])"));
  const std::string print = summary["groups"][0]["fingerprint"];

  const auto oldest = letters.query({.fingerprint = print, .oldest_first = true, .limit = 1}).value();
  const json letter = json::parse(oldest.items.at(0));
  const auto id = *dead_letter_id::parse(letter["id"].get<std::string>());
  const json edited = value_of(letters.requeue(id, R"({"currency":"EUR"})"));
  REQUIRE(eventually([&] { return shop.plan(edited)["status"] == "completed"; }));
  CHECK(shop.plan(edited)["delivered"] == 1);
  CHECK(value_of(letters.get(id))["state"] == "delivered");
  const webhook_request last = shop.requests().back();
  CHECK(json::parse(last.body)["payload"]["currency"] == "EUR");
  CHECK(last.header("webhook-id") != letter["originalEventId"].get<std::string>());

  CHECK(value_of(letters.preview_requeue({.which = {.fingerprint = print}}))["matched"] == 9);
  const json stopped = value_of(letters.requeue({.which = {.fingerprint = print}, .canary = 2, .rate_per_second = 50}));
  REQUIRE(eventually([&] { return shop.plan(stopped)["status"] == "stopped"; }));
  CHECK(shop.plan(stopped)["delivered"] == 0);
  CHECK(shop.letters(dead_letter_state::open) == 9);

  shop.mend();
  REQUIRE(letters.resume_requeue(*requeue_id::parse(stopped["planId"].get<std::string>())).has_value());
  REQUIRE(eventually([&] { return shop.plan(stopped)["status"] == "completed"; }));
  CHECK(value_of(letters.requeue(requeue_request{}))["matched"] == shop.plan(stopped)["failed"]);
  REQUIRE(eventually([&] { return shop.letters(dead_letter_state::open) == 0; }));
  CHECK(shop.letters(dead_letter_state::delivered) == 10);
  CHECK(shop.proved());
}

TEST_CASE("a plan goes on after a crash: nothing is lost, and little is sent twice") {
  billing shop;
  shop.publish(80);
  REQUIRE(eventually([&] { return shop.letters(dead_letter_state::open) == 40; }));
  const std::size_t before = shop.requests().size();
  shop.mend();
  const json plan = value_of(shop.api().dead_letters().requeue({.rate_per_second = 40}));
  REQUIRE(eventually([&] { return shop.plan(plan)["delivered"] >= 30; }));

  shop.crash();
  shop.start();

  REQUIRE(eventually([&] { return shop.plan(plan)["status"] == "completed"; }));
  CHECK(shop.plan(plan)["delivered"] == 40);
  CHECK(shop.letters(dead_letter_state::open) == 0);
  CHECK(shop.letters(dead_letter_state::delivered) == 40);
  std::map<int, int> sent;
  const auto requests = shop.requests();
  for (std::size_t i = before; i < requests.size(); ++i)
    ++sent[json::parse(requests[i].body)["payload"]["n"].get<int>()];
  CHECK(sent.size() == 40);
  // Were all that came before forgotten, it would be 30 more. What was acknowledged in the last 50 ms before the crash,
  // or while the store's last sync went on, or was in flight.
  CHECK(requests.size() - before <= 40 + 20);
  CHECK(shop.proved());
}

TEST_CASE("dead letters are discarded, by one and by filter") {
  billing shop;
  shop.publish(10);
  REQUIRE(eventually([&] { return shop.letters(dead_letter_state::open) == 5; }));
  auto letters = shop.api().dead_letters();
  const json first = json::parse(letters.query({.limit = 1})->items.at(0));
  const auto id = *dead_letter_id::parse(first["id"].get<std::string>());

  CHECK(letters.discard(id).has_value());
  CHECK(letters.discard(id).error().code == errc::conflict);
  CHECK(letters.requeue(id).error().code == errc::conflict);
  CHECK(value_of(letters.purge({.subscription = "billing"}, true)) ==
        json{{"matched", 4}, {"discarded", 0}, {"dryRun", true}});
  CHECK(value_of(letters.purge({.subscription = "billing"}, false, 1))["discarded"] == 1);
  CHECK(value_of(letters.purge({.subscription = "billing"}, false))["discarded"] == 3);
  CHECK(shop.letters(dead_letter_state::open) == 0);
  CHECK(shop.letters(dead_letter_state::discarded) == 5);
  CHECK(shop.proved());
}

TEST_CASE("a replay delivers history once more, marked as such, closes dead letters and survives a crash") {
  billing shop;
  shop.publish(60);
  REQUIRE(eventually([&] { return shop.letters(dead_letter_state::open) == 30; }));
  const std::size_t before = shop.requests().size();
  CHECK(value_of(shop.api().replays().preview({}))["eventsToReplay"] == 60);
  shop.mend();
  const json begun = value_of(shop.api().replays().start({.topics = {topic_pattern::parse("orders.#").value()}}));
  REQUIRE(eventually([&] { return shop.requests().size() > before; }));

  shop.crash();
  shop.start();

  REQUIRE(eventually([&] { return shop.replay(begun)["status"] == "completed"; }));
  const json ended = shop.replay(begun);
  CHECK(ended["eventsToReplay"] == 60);
  CHECK(ended["eventsReplayed"] == 60);
  CHECK(ended["subscriptions"][0]["done"] == true);
  CHECK(shop.letters(dead_letter_state::open) == 0);
  std::map<int, int> sent;
  const auto requests = shop.requests();
  for (std::size_t i = before; i < requests.size(); ++i) {
    CHECK(requests[i].header("x-eventmgr-replay") == "true");
    ++sent[json::parse(requests[i].body)["payload"]["n"].get<int>()];
  }
  CHECK(sent.size() == 60);
  const json stats = value_of(shop.api().subscriptions().stats("billing"));
  CHECK(stats["acknowledged"] == 30);
  CHECK(stats["dead"] == 30);
  CHECK(shop.proved());
}

TEST_CASE("a replay at a pace can be watched and cancelled") {
  billing shop;
  shop.mend();
  shop.publish(1);
  std::this_thread::sleep_for(50ms);
  shop.publish(1);
  REQUIRE(eventually([&] { return shop.requests().size() == 2; }));

  // At a thousandth of the pace the second would come after 50 s.
  const json slow = value_of(shop.api().replays().start({.speed = 0.001}));
  REQUIRE(eventually([&] { return shop.requests().size() == 3; }));
  REQUIRE(eventually([&] { return shop.replay(slow)["eventsReplayed"] == 1; }));
  CHECK(shop.replay(slow)["status"] == "running");
  const auto id = *replay_id::parse(slow["replayId"].get<std::string>());
  CHECK(shop.api().replays().cancel(id).has_value());
  CHECK(shop.replay(slow)["status"] == "cancelled");
  CHECK(shop.api().replays().cancel(id).error().code == errc::conflict);
  CHECK(shop.api().replays().list()->total == 1);
}

}  // namespace
}  // namespace eventmgr
