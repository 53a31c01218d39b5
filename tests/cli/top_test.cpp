#include "dlq_fixture.hpp"
#include "restarting_daemon.hpp"

#include <csignal>

using namespace eventmgr::testing;

namespace {

const std::string enter{"\x1b[?1049h"};
const std::string leave{"\x1b[?1049l"};

}  // namespace

TEST_CASE("how things are now is printed once for scripts and for people") {
  dlq_fixture here;
  here.fail(2);
  const auto once = here.run({"top", "--once"});
  CHECK(once.status == 0);
  REQUIRE(lines_of(once.out).size() == 1);
  CHECK(member_of(once.out, "eventsPublished") == "2");
  CHECK(member_of(once.out, "deadLetters") == "2");
  CHECK(contains(once.out, R"("subscriptions":[{"name":"hook","status":"active","lag":{)"));

  const auto frame = here.run({"top", "--once", "-o", "table"}).out;
  CHECK(contains(frame, "healthy"));
  CHECK(contains(frame, "SUBSCRIPTION"));
  CHECK(contains(frame, "hook"));
  CHECK(contains(frame, "dead letters 2"));
  CHECK(contains(frame, "no such order"));
  CHECK_FALSE(contains(frame, "\x1b"));
}

TEST_CASE("the live screen needs a terminal, and a daemon that answers") {
  const eventmgr::testing::daemon broker;
  CHECK(evctl{broker.url()}.run({"top"}).status == 2);
  const evctl nowhere{"http://127.0.0.1:1"};
  CHECK(nowhere.run({"top", "--once"}).status == 3);
  const auto ended = run(nowhere.on_terminal({"top"}));
  CHECK(ended.status == 3);
  CHECK_FALSE(contains(ended.out, enter));
  CHECK(evctl{broker.url()}.run({"top", "--interval", "often"}).status == 2);
  CHECK(evctl{broker.url()}.run({"top", "--sort", "size"}).status == 2);
}

TEST_CASE("the live screen is left as it was found, by key and by signal") {
  const auto signal = GENERATE(0, SIGTERM, SIGINT);
  const eventmgr::testing::daemon broker;
  const evctl program{broker.url()};
  process live{program.on_terminal({"top", "--interval", "50ms"})};
  REQUIRE(live.wait_for_out("no durable subscriptions"));
  CHECK(contains(live.out(), enter));
  live.write_stdin("pn");
  REQUIRE(live.wait_for_out("paused"));
  REQUIRE(live.wait_for_out("sort by name"));
  if (signal == 0) {
    live.write_stdin("q");
  } else {
    live.send_signal(signal);
  }
  const auto ended = live.wait();
  REQUIRE(ended);
  CHECK(ended->status == (signal == 0 ? 0 : 128 + signal));
  CHECK(ended->out.ends_with(leave));
}

TEST_CASE("a daemon that goes away is said and waited for") {
  restarting_daemon broker;
  const evctl program{broker.url()};
  process live{program.on_terminal({"top", "--interval", "50ms"})};
  REQUIRE(live.wait_for_out("no durable subscriptions"));
  broker.child().kill();
  REQUIRE(live.wait_for_out("trying again until it answers"));
  broker.start();
  REQUIRE(program.run({"subscriptions", "create", "--name", "back", "--topic", "#", "--channel", "pull"}).status == 0);
  CHECK(live.wait_for_out("back"));
  live.write_stdin("q");
  const auto ended = live.wait();
  REQUIRE(ended);
  CHECK(ended->status == 0);
}
