#include "evctl.hpp"
#include "restarting_daemon.hpp"

#include <catch2/catch.hpp>

#include <csignal>

namespace testing = eventmgr::testing;
using eventmgr::testing::batch_of;
using eventmgr::testing::evctl;
using eventmgr::testing::lines_of;
using eventmgr::testing::offsets_in;

namespace {

void publish_to(const evctl& program, const std::string& topic, int count = 1) {
  REQUIRE(program.run({"publish", "--batch", "-"}, batch_of(count, topic)).status == 0);
}

}  // namespace

TEST_CASE("a tail prints what matches from now on") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  publish_to(program, "project/created");
  auto tail = program.start({"subscribe", "project.#", "llm.*", "--count", "3"});
  REQUIRE(tail.wait_for_err("subscribed at "));

  publish_to(program, "project/a/b");
  publish_to(program, "other");
  publish_to(program, "llm/x");
  publish_to(program, "project");

  const auto ended = tail.wait();
  REQUIRE(ended);
  CHECK(ended->status == 0);
  CHECK(offsets_in(ended->out) == "2 4 5 ");
  CHECK(lines_of(ended->err).size() == 1);
}

TEST_CASE("a tail prints only what its filter passes") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  const std::string batch = R"({"type":"t","source":"s","topic":"a","payload":{"cost":5}}
{"type":"t","source":"s","topic":"a","payload":{"cost":50}}
{"type":"t","source":"s","topic":"a","priority":"CRITICAL","payload":{}}
)";
  REQUIRE(program.run({"publish", "--batch", "-"}, batch).status == 0);
  const std::string filter = R"({"payload":{"cost":{"gt":5}},"criticalAlways":true})";
  const auto passed = [&](const std::string& argument) {
    return offsets_in(
        program.run({"subscribe", "a", "--since", "1h", "--count", "2", "--filter", argument}, filter).out);
  };
  CHECK(passed(filter) == "2 3 ");
  CHECK(passed("-") == "2 3 ");

  // Of the last so many, those that it refuses are none.
  const auto last = [&](const std::string& count, const std::string& of, std::vector<std::string> more) {
    more.insert(more.begin(), {"subscribe", "a", "--last", count, "--filter", of});
    return offsets_in(program.run(more).out);
  };
  CHECK(last("2", filter, {"--count", "2"}) == "2 3 ");
  CHECK(last("1", R"({"payload":{"cost":{"exists":true}}})", {"--count", "1"}) == "2 ");
  CHECK(last("1", R"({"payload":{"cost":{"lt":50}}})", {"--until-end"}) == "1 ");
  CHECK(last("3", filter, {"--until-end"}) == "2 3 ");

  const auto refused = program.run({"subscribe", "a", "--filter", R"({"payload":{"cost":{"gt":"5"}}})"});
  CHECK(refused.status == 6);
  CHECK(refused.err == "evctl: the message is not valid: /filter/payload/cost/gt must be a number\n");
  CHECK(program.run({"subscribe", "a", "--filter", "cost > 5"}).status == 6);
}

TEST_CASE("a tail begins in history when it is asked to") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  publish_to(program, "a", 3);
  publish_to(program, "b", 2);
  publish_to(program, "a", 1);
  const auto first = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "subscribe");
    const auto ended = program.run(arguments);
    CHECK(ended.status == 0);
    return offsets_in(ended.out);
  };
  CHECK(first({"#", "--since", "1h", "--count", "6"}) == "1 2 3 4 5 6 ");
  CHECK(first({"a", "--since", "2020-01-01T00:00:00Z", "--count", "4"}) == "1 2 3 6 ");
  CHECK(first({"a", "--last", "2", "--count", "2"}) == "3 6 ");
  CHECK(first({"a", "b", "--last", "3", "--count", "3"}) == "4 5 6 ");
  CHECK(first({"b", "--last", "9", "--count", "2"}) == "4 5 ");
}

TEST_CASE("a tail ends with what is stored when it is asked to") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  const auto stored = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"subscribe", "--until-end"});
    const auto ended = program.run(arguments);
    CHECK(ended.status == 0);
    return offsets_in(ended.out);
  };
  CHECK(stored({"#"}).empty());
  publish_to(program, "a", 2);
  publish_to(program, "b", 1);
  publish_to(program, "a/c", 1);
  CHECK(stored({"#"}) == "1 2 3 4 ");
  CHECK(stored({"a", "b"}) == "1 2 3 ");
  CHECK(stored({"a.#", "--count", "2"}) == "1 2 ");
  CHECK(stored({"#", "--last", "2"}) == "3 4 ");
  CHECK(stored({"a.#", "--last", "1"}) == "4 ");
  CHECK(stored({"#", "--since", "1h"}) == "1 2 3 4 ");
  CHECK(stored({"#", "--filter", R"({"types":["u"]})"}).empty());
  CHECK(stored({"a", "--exec", "printf '{\"seq\":%s}\n' $EVENTMGR_ATTEMPT"}) == "1 1 ");
  CHECK(program.run({"subscribe", "a..b", "--until-end"}).status == 6);
  CHECK(program.run({"subscribe", "#", "--durable", "d", "--until-end"}).status == 2);
}

TEST_CASE("history meets what is live") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  publish_to(program, "a", 2);
  auto tail = program.start({"subscribe", "#", "--last", "5", "--count", "3"});
  REQUIRE(tail.wait_for_out_lines(2));
  publish_to(program, "a");
  const auto ended = tail.wait();
  REQUIRE(ended);
  CHECK(offsets_in(ended->out) == "1 2 3 ");
}

TEST_CASE("each format of a tail can be read as it grows") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  publish_to(program, "a", 2);
  const auto in = [&](const std::string& format) {
    return program.run({"subscribe", "#", "--last", "2", "--count", "2", "-o", format}).out;
  };
  CHECK(offsets_in(in("json")) == "1 2 ");
  CHECK(offsets_in(in("ndjson")) == "1 2 ");
  CHECK(in("yaml").starts_with("- id: "));
  const auto table = lines_of(in("table"));
  REQUIRE(table.size() == 2);
  CHECK(table[1].find(" 2 NORMAL a s {}") != std::string::npos);
}

TEST_CASE("a tail that is refused says why") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  CHECK(program.run({"subscribe", "a..b"}).status == 6);
  CHECK(program.run({"subscribe", "#", "--since", "yesterday"}).status == 2);
}

TEST_CASE("an interrupted tail ends with 130, and what came was printed") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  auto tail = program.start({"subscribe", "#"});
  REQUIRE(tail.wait_for_err("subscribed at "));
  publish_to(program, "a");
  REQUIRE(tail.wait_for_out_lines(1));
  tail.send_signal(SIGINT);
  const auto ended = tail.wait();
  REQUIRE(ended);
  CHECK(ended->status == 130);
  CHECK(offsets_in(ended->out) == "1 ");
  CHECK(lines_of(ended->err).size() == 1);
}

TEST_CASE("a tail ends quietly when nobody reads it any more, also while nothing comes") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  auto tail = program.start({"subscribe", "#"});
  REQUIRE(tail.wait_for_err("subscribed at "));
  tail.close_stdout();
  const auto ended = tail.wait();
  REQUIRE(ended);
  CHECK(ended->status == 0);
  CHECK(lines_of(ended->err).size() == 1);
}

TEST_CASE("a list ends quietly when nobody reads it any more") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  publish_to(program, "a", 3000);
  auto list = program.start({"events", "list", "--all"});
  list.close_stdout();
  const auto ended = list.wait();
  REQUIRE(ended);
  CHECK(ended->status == 0);
  CHECK(ended->err.empty());
}

TEST_CASE("a tail comes back after the daemon was killed, and misses nothing") {
  testing::restarting_daemon broker;
  const evctl program{broker.url()};
  auto tail = program.start({"subscribe", "#", "--count", "6"});
  REQUIRE(tail.wait_for_err("subscribed at "));
  publish_to(program, "a", 2);
  REQUIRE(tail.wait_for_out_lines(2));

  broker.child().kill();
  REQUIRE(tail.wait_for_err("trying again"));
  broker.start();
  // Stored before the tail is back, or after: it comes either way.
  publish_to(program, "a", 3);
  REQUIRE(tail.wait_for_err("connected again, resuming after "));
  publish_to(program, "a", 1);

  const auto ended = tail.wait();
  REQUIRE(ended);
  CHECK(ended->status == 0);
  CHECK(offsets_in(ended->out) == "1 2 3 4 5 6 ");
}

TEST_CASE("a tail comes back after the daemon was stopped in order") {
  testing::restarting_daemon broker;
  const evctl program{broker.url()};
  auto tail = program.start({"subscribe", "#", "--count", "1"});
  REQUIRE(tail.wait_for_err("subscribed at "));
  broker.child().send_signal(SIGTERM);
  const auto stopped = broker.child().wait();
  REQUIRE(stopped);
  CHECK(stopped->status == 0);

  broker.start();
  publish_to(program, "a");

  const auto ended = tail.wait();
  REQUIRE(ended);
  CHECK(ended->status == 0);
  CHECK(offsets_in(ended->out) == "1 ");
}
