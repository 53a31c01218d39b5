#include "evctl.hpp"
#include "support/sqlite_file.hpp"

#include <catch2/catch.hpp>

#include <csignal>

namespace testing = eventmgr::testing;
using Catch::Contains;
using Catch::StartsWith;
using eventmgr::testing::evctl;
using eventmgr::testing::member_of;
using eventmgr::testing::temp_dir;

namespace {

/// Three events, one of which a durable consumer has acknowledged.
void live(const evctl& program) {
  REQUIRE(program.run({"subscriptions", "create", "--name", "worker", "--topic", "a", "--channel", "stream"}).status ==
          0);
  REQUIRE(program.run({"publish", "--batch", "-"}, testing::batch_of(3, "a")).status == 0);
  REQUIRE(program.run({"subscribe", "--durable", "worker", "--count", "1"}).status == 0);
}

/// How a daemon ends that cannot open what is in the folder.
testing::process_result start_refused(const std::string& data_dir) {
  return testing::run({.command = {testing::program_path("eventmgrd"), "--listen", "127.0.0.1:0", "--set",
                                   "metrics.port=0", "--data-dir", data_dir},
                       .unset = {"DATABASE_URL", "NOTIFY_SOCKET", "STATE_DIRECTORY"}});
}

testing::process_result verify_stopped(const std::string& data_dir) {
  return testing::run({.command = {testing::program_path("eventmgrd"), "--verify", "--data-dir", data_dir},
                       .unset = {"DATABASE_URL", "STATE_DIRECTORY"}});
}

}  // namespace

TEST_CASE("verify says that nothing is lost, as a table and as a document") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  live(program);

  const auto document = program.run({"verify"});
  CHECK(document.status == 0);
  CHECK(member_of(document.out, "ok") == "true");
  CHECK(member_of(document.out, "problemCount") == "0");
  const auto table = program.run({"verify", "-o", "table"});
  CHECK(table.status == 0);
  CHECK_THAT(table.out, Contains("SUBSCRIPTION  MATCHED  ACKNOWLEDGED"));
  CHECK_THAT(table.out, Contains("3 events, 1 subscription: nothing is lost"));
}

TEST_CASE("verify names what is missing, and exits with 1, also on a terminal") {
  const temp_dir data;
  const testing::daemon broker{{.data_dir = data.path()}};
  const evctl program{broker.url()};
  live(program);
  testing::execute(data.file("events.db"), "DELETE FROM events WHERE seq = 3");

  const auto document = program.run({"verify"});
  CHECK(document.status == 1);
  CHECK(member_of(document.out, "ok") == "false");
  CHECK_THAT(document.out, Contains(R"({"check":"log","partition":0,"offset":3,"message":"the event is missing"})"));

  const auto table = testing::run(program.on_terminal({"verify"}));
  CHECK(table.status == 1);
  CHECK_THAT(table.out, Contains("the event is missing"));
  CHECK_THAT(table.out, Contains("problem"));
}

TEST_CASE("eventmgrd --verify proves a stopped store, and no other") {
  const temp_dir data;
  {
    testing::daemon broker{{.data_dir = data.path()}};
    live(evctl{broker.url()});
    const auto refused = verify_stopped(data.path());
    CHECK(refused.status == 3);
    CHECK(refused.out.empty());
    CHECK_THAT(refused.err, StartsWith("eventmgrd: " + data.file("events.db") + " is in use by another eventmgrd"));
    broker.child().send_signal(SIGTERM);
    REQUIRE(broker.child().wait());
  }

  CHECK(verify_stopped(data.file("nowhere")).status == 3);
  const auto sound = verify_stopped(data.path());
  CHECK(sound.status == 0);
  CHECK(member_of(sound.out, "ok") == "true");
  CHECK_THAT(sound.err, Contains("3 events, 1 subscription: no problem"));

  testing::execute(data.file("events.db"), "DELETE FROM events WHERE seq = 3");
  const auto damaged = verify_stopped(data.path());
  CHECK(damaged.status == 1);
  CHECK_THAT(damaged.out, Contains(R"("offset":3)"));
  CHECK_THAT(damaged.err, Contains("2 events, 1 subscription: "));
}

TEST_CASE("a daemon that cannot start says why in words, with the file") {
  const temp_dir data;
  const auto path = data.write("events.db", std::string(5000, 'x'));

  const auto strange = start_refused(data.path());
  CHECK(strange.status == 1);
  CHECK_THAT(strange.err, StartsWith("eventmgrd: " + path + " is not a database"));

  const temp_dir kept;
  {
    testing::daemon broker{{.data_dir = kept.path()}};
    live(evctl{broker.url()});
    broker.child().send_signal(SIGTERM);
    REQUIRE(broker.child().wait());
  }
  testing::execute(kept.file("events.db"), "UPDATE subscriptions SET definition = '{'");
  const auto damaged = start_refused(kept.path());
  CHECK(damaged.status == 1);
  CHECK_THAT(damaged.err, StartsWith("eventmgrd: " + kept.file("events.db") + ": subscription worker cannot be read"));
}
