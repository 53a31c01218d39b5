#include "integration/ws_broker.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <thread>

using namespace eventmgr;
using namespace eventmgr::test;
using namespace eventmgr::transport;

using nlohmann::json;

namespace {

json subscribe(const std::string& id, const std::string& topic) {
  return {{"type", "subscribe"}, {"id", id}, {"topic", topic}};
}

json event_input(const std::string& topic) {
  return {{"type", "test.happened"}, {"source", "test"}, {"topic", topic}, {"payload", {{"n", 1}}}};
}

}  // namespace

TEST_CASE("a subscriber is told where it stands and gets what matches", "[ws]") {
  ws_broker at;
  at.publish("project/old", 1);
  event_client client{at};
  client.open();

  const json subscribed = client.ask(subscribe("s1", "project.#"));
  at.publish("other/topic", 1);
  at.publish("project/created", 1, R"({"cost":1.50})");

  CHECK(subscribed["type"] == "subscribed");
  CHECK(subscribed["id"] == "s1");
  CHECK(parse_uuid(subscribed["subscriptionId"].get<std::string>()));
  CHECK(parse_position(subscribed["position"].get<std::string>()) == position{.after = {offset{1}}});
  const std::string text = client.receive_text();
  const json received = json::parse(text);
  CHECK(received["type"] == "event");
  CHECK(received["subscription"] == "s1");
  CHECK(received["data"]["topic"] == "project/created");
  CHECK(received["data"]["seq"] == 3);
  CHECK(parse_position(received["position"].get<std::string>()) == position{.after = {offset{3}}});
  CHECK_FALSE(received.contains("ackId"));
  CHECK(text.find(R"("payload":{"cost":1.50})") != std::string::npos);
}

TEST_CASE("an upgrade with a topic subscribes at once, history first", "[ws]") {
  ws_broker at;
  at.publish("a/b", 3);
  event_client client{at};

  client.open("/ws?topic=a.%23&since=1h");
  at.publish("a/c", 1);

  CHECK(client.next()["id"] == "default");
  for (int seq = 1; seq <= 4; ++seq) {
    const json received = client.next();
    CHECK(received["subscription"] == "default");
    CHECK(received["data"]["seq"] == seq);
  }
}

TEST_CASE("a filter holds for history and for what comes, however it was given", "[ws]") {
  ws_broker at;
  at.publish("a", 1, R"({"cost":5})");
  at.publish("a", 1, R"({"cost":15})");
  const json filter = {{"payload", {{"cost", {{"gt", 10}}}}}};
  event_client by_message{at};
  by_message.open();
  json message = subscribe("s1", "#");
  message["filter"] = filter;
  message["since"] = {{"seq", 1}};
  event_client by_target{at};

  const json subscribed = by_message.ask(message);
  by_target.open("/ws?topic=%23&since=1&filter=%7B%22payload%22:%7B%22cost%22:%7B%22gt%22:10%7D%7D%7D");
  CHECK(by_target.next()["type"] == "subscribed");
  at.publish("a", 1, R"({"cost":10})");
  at.publish("a", 1, R"({"cost":10.5})");

  CHECK(subscribed["type"] == "subscribed");
  for (event_client* client : {&by_message, &by_target}) {
    CHECK(client->next()["data"]["seq"] == 2);
    CHECK(client->next()["data"]["seq"] == 4);
  }
}

TEST_CASE("a wrong filter is an error with all its faults, and its id can be used again", "[ws]") {
  ws_broker at;
  event_client client{at};
  client.open();
  json message = subscribe("s1", "a");
  message["filter"] = {{"types", "a"}, {"payload", {{"cost", {{"gt", "10"}}}}}};

  const json refused = client.ask(message);

  CHECK(refused["type"] == "error");
  CHECK(refused["id"] == "s1");
  CHECK(refused["error"]["code"] == "invalid_request");
  REQUIRE(refused["error"]["details"].size() == 2);
  CHECK(refused["error"]["details"][0]["pointer"] == "/filter/payload/cost/gt");
  CHECK(refused["error"]["details"][1]["pointer"] == "/filter/types");
  CHECK(client.ask(subscribe("s1", "a"))["type"] == "subscribed");
}

TEST_CASE("a target that cannot be subscribed to is answered in HTTP", "[ws]") {
  ws_broker at;
  event_client client{at};

  CHECK_THROWS_WITH(client.open("/ws?topic=a..b"), Catch::Contains("HTTP/1.1 400"));
  CHECK(at.subject().counters().connections == 0);
}

TEST_CASE("a tail resumes after a position and begins at an offset", "[ws]") {
  ws_broker at;
  at.publish("a", 5);
  event_client client{at};
  client.open();
  json message = subscribe("s", "a");
  const json inclusive = {{"seq", 4}};
  const json exclusive = {{"position", to_string(position{.after = {offset{3}}})}};
  message["since"] = GENERATE_COPY(values<json>({inclusive, exclusive}));

  CHECK(client.ask(message)["type"] == "subscribed");
  CHECK(client.next()["data"]["seq"] == 4);
  CHECK(client.next()["data"]["seq"] == 5);
}

TEST_CASE("a start that does not exist is an error, and its id can be used again", "[ws]") {
  ws_broker at;
  event_client client{at};
  client.open();
  json message = subscribe("s", "a");
  message["since"] = {{"seq", 100}};

  const json answer = client.ask(message);

  CHECK(answer["type"] == "error");
  CHECK(answer["id"] == "s");
  CHECK(answer["error"]["code"] == "invalid_request");
  CHECK(client.ask(subscribe("s", "a"))["type"] == "subscribed");
}

TEST_CASE("after unsubscribed comes no event of that subscription", "[ws]") {
  ws_broker at;
  event_client client{at};
  client.open();
  client.ask(subscribe("s", "a"));
  at.publish("a", 1);
  CHECK(client.next()["type"] == "event");

  CHECK(client.ask({{"type", "unsubscribe"}, {"id", "s"}}) == json{{"type", "unsubscribed"}, {"id", "s"}});
  at.publish("a", 1);
  CHECK(client.ask({{"type", "ping"}, {"id", "7"}}) == json{{"type", "pong"}, {"id", "7"}});
  CHECK(client.ask({{"type", "unsubscribe"}, {"id", "s"}})["error"]["code"] == "not_found");
}

TEST_CASE("a publisher is answered as over HTTP, and its payload keeps its bytes", "[ws]") {
  ws_broker at;
  event_client client{at};
  client.open();
  client.ask(subscribe("s", "#"));
  const std::string id = "01942000-0000-7000-8000-000000000001";
  const std::string publish = R"({"type":"publish","id":"p1","event":{"id":")" + id +
                              R"(","type":"a.b","source":"t","payload":{"z": 1.0,"a":1e2}}})";

  std::set<std::string> types;
  std::string event_text;
  client.send_text(publish);
  for (int i = 0; i < 2; ++i) {  // the event may overtake the answer
    const std::string text = client.receive_text();
    const json message = json::parse(text);
    types.insert(message["type"].get<std::string>());
    if (message["type"] == "event") {
      event_text = text;
    } else {
      CHECK(message == json{{"type", "published"}, {"id", "p1"}, {"eventId", id}, {"seq", 1}, {"duplicate", false}});
    }
  }

  CHECK(types == std::set<std::string>{"event", "published"});
  CHECK(event_text.find(R"("payload":{"z":1.0,"a":1e2})") != std::string::npos);
  client.send_text(publish);
  CHECK(client.next() == json{{"type", "published"}, {"id", "p1"}, {"eventId", id}, {"seq", 1}, {"duplicate", true}});
}

TEST_CASE("a CloudEvent is published like any other event", "[ws]") {
  ws_broker at;
  event_client client{at};
  client.open();

  const json answer = client.ask(
      {{"type", "publish"},
       {"id", "p"},
       {"event", {{"specversion", "1.0"}, {"id", "1"}, {"source", "s"}, {"type", "a.b"}, {"data", {{"n", 1}}}}}});

  CHECK(answer["type"] == "published");
  CHECK(answer["seq"] == 1);
}

TEST_CASE("an event that is refused is an error with its faults, and is counted", "[ws]") {
  ws_broker at;
  event_client client{at};
  client.open();

  const json answer = client.ask({{"type", "publish"}, {"id", "p"}, {"event", {{"type", "a"}, {"source", 1}}}});

  CHECK(answer["type"] == "error");
  CHECK(answer["id"] == "p");
  CHECK(answer["error"]["code"] == "invalid_event");
  CHECK(answer["error"]["details"].size() >= 2);
  CHECK(at.subject().counters().events_rejected == 1);
}

TEST_CASE("an error keeps the connection", "[ws]") {
  ws_broker at{{.max_subscriptions = 1}};
  event_client client{at};
  client.open();
  CHECK(client.ask(subscribe("s", "a"))["type"] == "subscribed");

  CHECK(client.ask(json::array())["error"]["code"] == "invalid_request");
  CHECK(client.ask(subscribe("s", "b"))["error"]["code"] == "conflict");
  CHECK(client.ask(subscribe("t", "b"))["error"]["code"] == "invalid_request");
  client.send_text("{");
  CHECK(client.next()["error"]["code"] == "malformed_json");

  CHECK(client.ask({{"type", "ping"}})["type"] == "pong");
}

TEST_CASE("binary messages end the session", "[ws]") {
  ws_broker at;
  event_client client{at};
  client.open();

  client.send_frame(codec::websocket::opcode::binary, "x");

  CHECK(client.receive_close() == 1003);
}

TEST_CASE("a client that does not read gets everything in the end, in order", "[ws]") {
  ws_broker at{{}, {.session = {.outbox_bytes = 16384}}};
  event_client slow{at, 4096};
  slow.open("/ws?topic=%23");
  REQUIRE(slow.next()["type"] == "subscribed");
  constexpr int events = 20000;  // more than the tail ring holds
  const std::string payload = R"({"text":")" + std::string(400, 'x') + R"("})";

  for (int i = 0; i < events / 500; ++i) at.publish("a", 500, payload);

  for (int seq = 1; seq <= events; ++seq) {
    const std::string text = slow.receive_text();
    const std::string expected = R"("seq":)" + std::to_string(seq) + ",";
    REQUIRE(text.find(expected) != std::string::npos);
  }
}

TEST_CASE("publishes are answered each, however many a client sends without waiting", "[ws]") {
  ws_broker at{{.max_publishes_in_flight = 4}};
  event_client client{at};
  client.open();
  constexpr int count = 2000;

  for (int i = 0; i < count; ++i) {
    client.send_text(json{{"type", "publish"}, {"id", std::to_string(i)}, {"event", event_input("a")}}.dump());
  }

  for (int i = 0; i < count; ++i) {
    const json answer = client.next();
    REQUIRE(answer["id"] == std::to_string(i));
    REQUIRE(answer["seq"] == i + 1);
  }
}

TEST_CASE("a session that ends answers first what was published", "[ws]") {
  ws_broker at;
  event_client client{at};
  client.open();
  at.faults->hold_commits();
  for (int i = 0; i < 3; ++i) {
    client.send_text(json{{"type", "publish"}, {"id", std::to_string(i)}, {"event", event_input("a")}}.dump());
  }
  CHECK(client.ask({{"type", "ping"}})["type"] == "pong");
  REQUIRE(at.faults->wait_for_held_commit(testing::default_patience));

  const int code = GENERATE(1000, 1001);
  if (code == 1000) {
    client.send_frame(codec::websocket::opcode::close, "\x03\xE8");
  } else {
    at.endpoint().drain([] {});
  }
  at.faults->release_commits();

  for (int i = 0; i < 3; ++i) {
    const json answer = client.next();
    CHECK(answer["type"] == "published");
    CHECK(answer["id"] == std::to_string(i));
  }
  CHECK(client.receive_close() == code);
}

TEST_CASE("a session that ends does not wait for ever for what was published", "[ws]") {
  ws_broker at{{}, {.session = {.close_timeout = std::chrono::milliseconds{100}}}};
  event_client client{at};
  client.open();
  at.faults->hold_commits();
  client.send_text(json{{"type", "publish"}, {"id", "p"}, {"event", event_input("a")}}.dump());
  REQUIRE(at.faults->wait_for_held_commit(testing::default_patience));

  at.endpoint().drain([] {});

  CHECK(client.receive() == codec::websocket::parse_event::close);
  CHECK(client.receive_rest().empty());
}

TEST_CASE("many connections come and go while events flow", "[ws]") {
  ws_broker at;
  std::thread publisher{[&] {
    for (int i = 0; i < 200; ++i) at.publish("a", 10);
  }};

  for (int round = 0; round < 20; ++round) {
    event_client first{at};
    event_client second{at};
    first.open("/ws?topic=a");
    second.open("/ws?topic=%23");
    first.ask(subscribe("extra", "a"));
    second.send_text(json{{"type", "unsubscribe"}, {"id", "default"}}.dump());
    if (round % 2 == 0) second.send_frame(codec::websocket::opcode::close, {});
  }
  publisher.join();

  event_client last{at};
  last.open("/ws?topic=a&since=1h");
  CHECK(last.next()["type"] == "subscribed");
  for (int seq = 1; seq <= 2000; ++seq) REQUIRE(last.next()["data"]["seq"] == seq);
}

TEST_CASE("the end of the broker is told to each subscription", "[ws]") {
  ws_broker at;
  event_client client{at};
  client.open("/ws?topic=a");
  REQUIRE(client.next()["type"] == "subscribed");

  at.drain();

  const json told = client.next();
  CHECK(told["id"] == "default");
  CHECK(told["error"]["code"] == "shutting_down");
}
