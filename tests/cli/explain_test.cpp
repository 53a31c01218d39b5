#include "evctl.hpp"
#include "tools/webhook_receiver.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

namespace testing = eventmgr::testing;
using eventmgr::testing::evctl;
using eventmgr::testing::lines_of;
using eventmgr::testing::member_of;
using eventmgr::testing::webhook_receiver;

namespace {

/// A daemon with a subscription whose receiver takes everything, and one whose receiver refuses it for good.
struct two_subscriptions {
  two_subscriptions() {
    create("good", "order.#", "/ok", {});
    create("bad", "order.*", "/result/reject", {"--filter", R"({"payload":{"cost":{"gt":100}}})"});
  }

  void create(const std::string& name, const std::string& topic, const std::string& path,
              const std::vector<std::string>& more) {
    std::vector<std::string> command{"subscriptions", "create",           "--name",         name,  "--topic", topic,
                                     "--endpoint",    receiver.url(path), "--delivery-log", "full"};
    command.insert(command.end(), more.begin(), more.end());
    REQUIRE(program.run(command).status == 0);
  }

  std::string publish(int cost, const std::vector<std::string>& more = {}) {
    std::vector<std::string> command{"publish", "order/created", "--data",    "{\"cost\":" + std::to_string(cost) + "}",
                                     "--wait",  "delivered",     "--timeout", "1m"};
    command.insert(command.end(), more.begin(), more.end());
    return member_of(program.run(command).out, "eventId");
  }

  testing::daemon broker{};
  webhook_receiver receiver{};
  evctl program{broker.url()};
};

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("why tells what each subscription did with an event, and its exit status whether they have it") {
  two_subscriptions f;
  const auto cheap = f.publish(5);
  const auto dear = f.publish(500);

  const auto got = f.program.run({"events", "why", cheap});
  CHECK(got.status == 0);
  const auto records = lines_of(got.out);
  REQUIRE(records.size() == 2);
  CHECK(has(records[0], R"("name":"bad","matches":false)"));
  CHECK(has(records[0], R"("clause":"payload","path":"cost","wanted":{"gt":100},"found":5)"));
  CHECK(has(records[1], R"("state":"acknowledged","delivered":true)"));

  const auto partly = f.program.run({"events", "why", dear});
  CHECK(partly.status == 1);
  CHECK(has(partly.err, "1 of the 2 subscriptions"));
  CHECK(f.program.run({"events", "why", dear, "good"}).status == 0);
  CHECK(f.program.run({"events", "why", dear, "bad"}).status == 1);
  CHECK(f.program.run({"events", "why", cheap, "bad"}).status == 1);
}

TEST_CASE("why of an event on the schedule says when it is published") {
  two_subscriptions f;
  const auto id = member_of(f.program.run({"publish", "order/created", "--at", "1h"}).out, "eventId");
  const auto asked = f.program.run({"events", "why", id});
  CHECK(asked.status == 1);
  CHECK(has(asked.err, "it is not published yet: it is scheduled for "));
  CHECK(has(asked.out, R"("state":"scheduled","delivered":false)"));
  const auto shown = f.program.run({"events", "show", id});
  CHECK(shown.status == 5);
  CHECK(has(shown.err, "it is scheduled for "));
}

TEST_CASE("why of an event that is not published says whether it would be delivered, and publishes nothing") {
  two_subscriptions f;
  const std::vector<std::string> described{"events", "why", "--topic", "order/created", "--data", R"({"cost":5})"};
  const auto ask = [&](const std::vector<std::string>& more) {
    auto command = described;
    command.insert(command.end(), more.begin(), more.end());
    return f.program.run(command);
  };
  CHECK(ask({}).status == 0);
  CHECK(ask({"good"}).status == 0);
  const auto refused = ask({"bad", "-o", "table"});
  CHECK(refused.status == 1);
  CHECK(has(refused.out, R"(filter      refused  payload cost: wanted {"gt":100}, found 5)"));
  CHECK(f.program.run({"events", "why", "--topic", "elsewhere"}).status == 1);
  CHECK(f.program.run({"events", "list"}).out.empty());
}

TEST_CASE("what cannot be explained is refused") {
  two_subscriptions f;
  const auto id = f.publish(5);
  CHECK(f.program.run({"events", "why", "0190a1b2-0000-7000-8000-000000000001"}).status == 5);
  CHECK(f.program.run({"events", "why", id, "nobody"}).status == 5);
  CHECK(f.program.run({"events", "why", "nothing"}).status == 2);
  CHECK(f.program.run({"events", "why"}).status == 2);
  CHECK(f.program.run({"events", "why", id, "--data", "{}"}).status == 2);
  CHECK(f.program.run({"events", "why", id, "good", "--topic", "a"}).status == 2);
  CHECK(f.program.run({"events", "trace", "0190a1b2-0000-7000-8000-000000000001"}).status == 5);
}

TEST_CASE("trace draws causes and effects with their deliveries, and lists them by time") {
  two_subscriptions f;
  const auto first = f.publish(5);
  const auto second = f.publish(500, {"--correlation-id", first});

  const auto drawn = f.program.run({"events", "trace", second, "-o", "table"});
  CHECK(drawn.status == 0);
  CHECK(has(drawn.out, "2 events in "));
  CHECK(has(drawn.out, second));
  CHECK(has(drawn.out, "good  acknowledged"));
  CHECK(has(drawn.out, "bad  deadLetter"));
  const auto listed = lines_of(f.program.run({"events", "trace", second, "--timeline"}).out);
  // Two received, three attempts, one dead letter.
  REQUIRE(listed.size() == 6);
  CHECK(member_of(listed.front(), "eventId") == first);
  CHECK(std::ranges::count(listed, "deadLetter", [](const auto& entry) { return member_of(entry, "kind"); }) == 1);
  CHECK(has(f.program.run({"events", "trace", second}).out, R"("complete":true)"));
}

TEST_CASE("trace tells when a delivery came that no log keeps, until the daemon is restarted") {
  const testing::temp_dir data;
  webhook_receiver receiver;
  std::string id;
  const auto ask = [&id](const testing::daemon& broker, const std::vector<std::string>& more) {
    std::vector<std::string> command{"events", "trace", id, "-o", "table"};
    command.insert(command.end(), more.begin(), more.end());
    return evctl{broker.url()}.run(command).out;
  };
  {
    testing::daemon broker{{.data_dir = data.path()}};
    const evctl program{broker.url()};
    const std::vector<std::string> create{"subscriptions", "create",  "--name",     "good",
                                          "--topic",       "order.#", "--endpoint", receiver.url("/ok")};
    REQUIRE(program.run(create).status == 0);
    id = member_of(program.run({"publish", "order/created", "--wait", "delivered"}).out, "eventId");
    CHECK(has(ask(broker, {}), " ok in "));
    CHECK(has(ask(broker, {"--timeline"}), "good: delivered by attempt 1 in "));
    CHECK(has(program.run({"events", "why", id, "-o", "table"}).out, "acknowledged  1 attempt; at "));
    broker.child().send_signal(SIGTERM);
    REQUIRE(broker.child().wait());
  }

  const testing::daemon again{{.data_dir = data.path()}};

  CHECK(has(ask(again, {}), "time not kept: deliveryLog is failures"));
  CHECK(has(ask(again, {"--timeline"}), "good: delivered; time not kept: deliveryLog is failures"));
}

TEST_CASE("a replay stands in the trace after the delivery that no log keeps") {
  const testing::daemon broker{};
  webhook_receiver receiver;
  const evctl program{broker.url()};
  const std::vector<std::string> create{"subscriptions", "create",  "--name",     "good",
                                        "--topic",       "order.#", "--endpoint", receiver.url("/ok")};
  REQUIRE(program.run(create).status == 0);
  const auto id = member_of(program.run({"publish", "order/created", "--wait", "delivered"}).out, "eventId");
  REQUIRE(program.run({"replay", "--yes", "--wait"}).status == 0);

  const auto drawn = program.run({"events", "trace", id, "-o", "table"}).out;

  const auto first = drawn.find(" ok in ");
  const auto second = drawn.find(" ok in ", first + 1);
  REQUIRE(second != std::string::npos);
  CHECK(drawn.find(" (replay)") > second);
}

TEST_CASE("backtest tries a filter on history, alone or against a subscription") {
  two_subscriptions f;
  for (const int cost : {50, 150, 250}) f.publish(cost);

  const auto alone = f.program.run(
      {"subscriptions", "backtest", "--topic", "order.*", "--filter", R"({"payload":{"cost":{"lt":200}}})"});
  CHECK(alone.status == 0);
  CHECK(member_of(alone.out, "matched") == "2");
  const auto against = f.program.run(
      {"subscriptions", "backtest", "bad", "--filter", R"({"payload":{"cost":{"lt":200}}})", "-o", "table"});
  CHECK(against.status == 0);
  CHECK(has(against.out, "compared with bad, which matches 2: +1 -1"));
  CHECK(has(against.out, R"({"cost":50})"));

  CHECK(f.program.run({"subscriptions", "backtest", "--topic", "elsewhere"}).status == 1);
  CHECK(f.program.run({"subscriptions", "backtest", "nobody"}).status == 5);
  CHECK(f.program.run({"subscriptions", "backtest", "--topic", "a", "--filter", R"({"what":1})"}).status == 6);
  CHECK(f.program.run({"subscriptions", "backtest"}).status == 2);
}

TEST_CASE("publishing may wait for deliveries; the exit status says how far they came") {
  two_subscriptions f;
  const auto publish = [&](const std::vector<std::string>& more, const std::string& timeout = "1m") {
    std::vector<std::string> command{"publish", "--wait", "delivered", "--timeout", timeout};
    command.insert(command.end(), more.begin(), more.end());
    return f.program.run(command);
  };
  const auto all = publish({"order/created", "--data", R"({"cost":5})"});
  CHECK(all.status == 0);
  CHECK(has(all.out, R"("name":"good","outcome":"delivered","attempts":1)"));
  const auto some = publish({"order/created", "--data", R"({"cost":500})"});
  CHECK(some.status == 8);
  CHECK(has(some.out, R"("name":"bad","outcome":"dead","attempts":1)"));
  CHECK(publish({"elsewhere"}).status == 1);

  REQUIRE(f.program.run({"subscriptions", "delete", "good", "--yes"}).status == 0);
  CHECK(publish({"order/created", "--data", R"({"cost":500})"}).status == 1);
  REQUIRE(f.program.run({"subscriptions", "pause", "bad"}).status == 0);
  CHECK(publish({"order/created", "--data", R"({"cost":500})"}, "1s").status == 7);
  CHECK(f.program.run({"publish", "order/created", "--wait", "stored"}).status == 0);
  CHECK(f.program.run({"publish", "a", "--wait", "delivered", "--timeout", "2h"}).status == 2);
  CHECK(f.program.run({"publish", "a", "--timeout", "2s"}).status == 2);
}
