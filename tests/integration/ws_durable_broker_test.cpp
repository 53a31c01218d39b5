#include "integration/ws_broker.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::test;

using nlohmann::json;

namespace {

json attach(const std::string& topic, json options = json::object()) {
  return {{"type", "subscribe"}, {"id", "s"}, {"topic", topic}, {"durable", "audit"}, {"options", std::move(options)}};
}

json rejoin() { return {{"type", "subscribe"}, {"id", "s"}, {"durable", "audit"}}; }

/// A consumer of the durable subscription "audit".
class consumer : public event_client {
 public:
  consumer(ws_broker& at, const json& subscribe, int receive_buffer = 0) : event_client{at, receive_buffer} {
    open();
    subscribed = ask(subscribe);
  }

  void ack(const json& event) { say("ack", {event}); }

  void say(const std::string& type, const std::vector<json>& events, json more = json::object()) {
    json ids = json::array();
    for (const json& event : events) ids.push_back(event["ackId"]);
    more.update({{"type", type}, {"subscription", "s"}, {"ackIds", ids}});
    send_text(more.dump());
  }

  /// The broker has done with what was said before: it answers in order.
  void sync() {
    send_text(R"({"type":"ping","id":"sync"})");
    while (next()["type"] != "pong") {
    }
  }

  json subscribed;
};

std::uint64_t seq_of(const json& event) { return event.at("data").at("seq").get<std::uint64_t>(); }

template <class T, class Ask>
T answer_of(Ask ask) {
  std::promise<T> answer;
  ask([&](result<T> got) { answer.set_value(std::move(got).value()); });
  return answer.get_future().get();
}

subscription_stats stats_of(ws_broker& at) {
  return answer_of<subscription_stats>([&](auto done) { at.subject().subscriptions().stats("audit", done); });
}

/// Waits until so many events are acknowledged.
bool wait_acknowledged(ws_broker& at, std::uint64_t count) {
  return testing::eventually([&] { return stats_of(at).acknowledged >= count; });
}

}  // namespace

TEST_CASE("a durable consumer keeps its place", "[ws]") {
  ws_broker at;
  {
    consumer first{at, attach("a.#")};
    REQUIRE(first.subscribed["type"] == "subscribed");
    at.publish("a/b", 2);
    at.publish("other", 1);
    const json event = first.next();
    CHECK(event["type"] == "event");
    CHECK(event["subscription"] == "s");
    CHECK(event["attempt"] == 1);
    CHECK(seq_of(event) == 1);
    first.ack(event);
    REQUIRE(wait_acknowledged(at, 1));
  }
  at.publish("a/c", 1);

  consumer second{at, rejoin()};

  CHECK(second.subscribed["subscriptionId"].is_string());
  const json again = second.next();
  CHECK(seq_of(again) == 2);
  CHECK(again["attempt"] == 1);
  CHECK(seq_of(second.next()) == 4);
}

TEST_CASE("a refusal for good makes a dead letter", "[ws]") {
  ws_broker at;
  consumer client{at, attach("a")};
  at.publish("a", 1);

  client.say("nack", {client.next()}, {{"retry", false}, {"error", "no such account"}});

  dead_letter_page page;
  REQUIRE(testing::eventually([&] {
    page = answer_of<dead_letter_page>([&](auto done) { at.subject().subscriptions().query_dead_letters({}, done); });
    return page.total == 1;
  }));
  REQUIRE(page.dead_letters.size() == 1);
  CHECK(page.dead_letters[0].reason == "no such account");
  CHECK(page.dead_letters[0].subscription_name == "audit");
}

TEST_CASE("a refusal that may be retried comes again as the next attempt", "[ws]") {
  ws_broker at;
  consumer client{at, attach("a", {{"retryPolicy", {{"initialDelay", 10}, {"jitter", false}}}})};
  at.publish("a", 1);

  client.say("nack", {client.next()}, {{"error", "busy"}});
  const json again = client.next();
  client.ack(again);

  CHECK(again["attempt"] == 2);
  CHECK(seq_of(again) == 1);
  CHECK(wait_acknowledged(at, 1));
}

TEST_CASE("an event that is not acknowledged in time comes again, and the late word is nothing", "[ws]") {
  ws_broker at;
  consumer client{at, attach("a", {{"ackTimeoutMs", 100}, {"retryPolicy", {{"initialDelay", 10}, {"jitter", false}}}})};
  at.publish("a", 1);
  const json late = client.next();

  const json again = client.next();
  client.ack(late);
  client.sync();

  CHECK(again["attempt"] == 2);
  CHECK(late["ackId"] != again["ackId"]);
}

TEST_CASE("consumers of one name share its events", "[ws]") {
  ws_broker at;
  consumer first{at, attach("a", {{"maxConcurrency", 4}})};
  consumer second{at, rejoin()};
  constexpr std::size_t count = 200;
  std::vector<std::uint64_t> by_first;
  std::vector<std::uint64_t> by_second;
  const auto work = [](consumer& who, std::vector<std::uint64_t>& seen) {
    for (;;) {
      const json event = who.next();
      if (event["type"] == "pong") return;
      seen.push_back(seq_of(event));
      who.ack(event);
    }
  };
  std::thread one{[&] { work(first, by_first); }};
  std::thread two{[&] { work(second, by_second); }};

  at.publish("a", count);
  const bool all = wait_acknowledged(at, count);
  for (consumer* who : {&first, &second}) who->send_text(R"({"type":"ping"})");
  one.join();
  two.join();

  CHECK(all);
  CHECK_FALSE(by_first.empty());
  CHECK_FALSE(by_second.empty());
  std::set<std::uint64_t> seen{by_first.begin(), by_first.end()};
  seen.insert(by_second.begin(), by_second.end());
  CHECK(seen.size() == count);
  CHECK(by_first.size() + by_second.size() == count);
}

TEST_CASE("what a consumer held when it vanished goes to another at once, and is no attempt", "[ws]") {
  ws_broker at;
  std::optional<consumer> first{std::in_place, at, attach("a")};
  at.publish("a", 10);
  std::vector<json> held;
  for (int i = 0; i < 10; ++i) held.push_back(first->next());
  consumer second{at, rejoin()};

  first->say("ack", {held[0], held[3]});
  first.reset();

  std::set<std::uint64_t> seen;
  for (int i = 0; i < 8; ++i) {
    const json event = second.next();
    CHECK(event["attempt"] == 1);
    seen.insert(seq_of(event));
    second.ack(event);
  }
  CHECK(seen == std::set<std::uint64_t>{2, 3, 5, 6, 7, 8, 9, 10});
  CHECK(wait_acknowledged(at, 10));
}

TEST_CASE("unsubscribing gives the events back and keeps the connection", "[ws]") {
  ws_broker at;
  consumer client{at, attach("a")};
  at.publish("a", 1);
  REQUIRE(seq_of(client.next()) == 1);

  CHECK(client.ask({{"type", "unsubscribe"}, {"id", "s"}})["type"] == "unsubscribed");
  CHECK(client.ask(rejoin())["type"] == "subscribed");

  CHECK(seq_of(client.next()) == 1);
}

TEST_CASE("a subscription of batches sends them, and each event is acknowledged", "[ws]") {
  ws_broker at;
  at.publish("a", 25);
  json message = attach("a", {{"batchSize", 10}});
  message["since"] = {{"seq", 1}};
  consumer client{at, message};

  std::size_t seen = 0;
  while (seen < 25) {
    const json events = client.next();
    REQUIRE(events["type"] == "events");
    const auto items = events["items"].get<std::vector<json>>();
    REQUIRE(items.size() <= 10);
    for (const json& item : items) REQUIRE(seq_of(item) == ++seen);
    client.say("ack", items);
  }

  CHECK(wait_acknowledged(at, 25));
}

TEST_CASE("other topics under one name are a conflict, and the connection goes on", "[ws]") {
  ws_broker at;
  consumer first{at, attach("a")};
  consumer second{at, attach("b")};

  CHECK(second.subscribed["type"] == "error");
  CHECK(second.subscribed["id"] == "s");
  CHECK(second.subscribed["error"]["code"] == "conflict");
  CHECK(second.ask(rejoin())["type"] == "subscribed");
  CHECK(second.ask({{"type", "subscribe"}, {"id", "t"}, {"durable", "nobody"}})["error"]["code"] == "not_found");
}

TEST_CASE("a subscription that is deleted tells its consumers", "[ws]") {
  ws_broker at;
  consumer client{at, attach("a")};

  answer_of<std::monostate>([&](auto done) { at.subject().subscriptions().remove("audit", done); });

  const json told = client.next();
  CHECK(told["type"] == "error");
  CHECK(told["id"] == "s");
  CHECK(client.ask(attach("b"))["type"] == "subscribed");
}

TEST_CASE("a durable consumer that does not read gets everything in the end, in order", "[ws]") {
  ws_broker at{{}, {.session = {.outbox_bytes = 16384}}};
  consumer slow{at, attach("a"), 4096};
  constexpr std::uint64_t events = 20000;  // more than the tail ring holds
  const std::string payload = R"({"text":")" + std::string(400, 'x') + R"("})";

  for (std::uint64_t i = 0; i < events / 500; ++i) at.publish("a", 500, payload);

  for (std::uint64_t seq = 1; seq <= events; ++seq) {
    const json event = slow.next();
    REQUIRE(seq_of(event) == seq);
    slow.ack(event);
  }
  CHECK(wait_acknowledged(at, events));
}
