#include "evctl.hpp"

#include <catch2/catch.hpp>

#include <csignal>

namespace testing = eventmgr::testing;
using eventmgr::testing::contains;
using eventmgr::testing::evctl;
using eventmgr::testing::lines_of;
using eventmgr::testing::member_of;

namespace {

struct expect_fixture {
  testing::daemon broker{};
  evctl program{broker.url()};

  void publish(const std::string& topic, const std::string& data = "{}") const {
    REQUIRE(program.run({"publish", topic, "--data", data}).status == 0);
  }
};

const std::string big = R"({"payload":{"cost":{"gt":5}}})";

}  // namespace

TEST_CASE("an expected event is waited for and printed") {
  const expect_fixture here;
  auto waiting = here.program.start({"expect", "--topic", "orders.#", "--filter", big});
  REQUIRE(waiting.wait_for_err("subscribed at "));
  here.publish("other", R"({"cost":9})");
  here.publish("orders/placed", R"({"cost":1})");
  here.publish("orders/placed", R"({"cost":7})");
  const auto ended = waiting.wait();
  REQUIRE(ended);
  CHECK(ended->status == 0);
  REQUIRE(lines_of(ended->out).size() == 1);
  CHECK(member_of(ended->out, "seq") == "3");
}

TEST_CASE("an event that came already is expected with --since") {
  const expect_fixture here;
  here.publish("a");
  here.publish("a");
  const auto met = here.program.run({"expect", "--topic", "a", "--count", "2", "--since", "1h"});
  CHECK(met.status == 0);
  CHECK(lines_of(met.out).size() == 2);
}

TEST_CASE("what does not come is 7, and what came instead is told") {
  const expect_fixture here;
  here.publish("orders/placed", R"({"cost":1})");
  const auto expect = [&](std::vector<std::string> arguments) {
    // In which it has to connect and be told of what is there.
    arguments.insert(arguments.begin(), {"expect", "--within", "2s", "--since", "1h"});
    return here.program.run(arguments);
  };
  const auto refused = expect({"--topic", "orders.*", "--filter", big});
  CHECK(refused.status == 7);
  CHECK(refused.out.empty());
  CHECK(contains(refused.err, "no event came on orders.* within 2s"));
  CHECK(contains(refused.err, "1 event came there that the filter refuses"));
  CHECK(contains(refused.err, R"({"cost":1})"));

  const auto elsewhere = expect({"--topic", "order.*"});
  CHECK(elsewhere.status == 7);
  CHECK(contains(elsewhere.err, "orders/placed (1)"));

  const auto few = expect({"--topic", "orders.#", "--count", "3"});
  CHECK(few.status == 7);
  CHECK(lines_of(few.out).size() == 1);
  CHECK(contains(few.err, "only 1 event of 3 came on orders.#"));
}

TEST_CASE("an expectation that makes no sense is refused, and one without a daemon cannot be met") {
  const expect_fixture here;
  CHECK(here.program.run({"expect", "--within", "soon"}).status == 2);
  CHECK(here.program.run({"expect", "--topic", "a..b"}).status == 6);
  CHECK(here.program.run({"expect", "--filter", R"({"payload":{"x":{"gt":"y"}}})"}).status == 6);
  CHECK(evctl{"http://127.0.0.1:1"}.run({"expect", "--within", "5s"}).status == 3);
}

TEST_CASE("an expectation can be interrupted") {
  const expect_fixture here;
  auto waiting = here.program.start({"expect", "--topic", "a"});
  REQUIRE(waiting.wait_for_err("subscribed at "));
  waiting.send_signal(SIGINT);
  const auto ended = waiting.wait();
  REQUIRE(ended);
  CHECK(ended->status == 130);
}
