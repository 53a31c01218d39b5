#include "evctl.hpp"
#include "tools/webhook_receiver.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>

namespace testing = eventmgr::testing;
using eventmgr::testing::contains;
using eventmgr::testing::default_patience;
using eventmgr::testing::evctl;
using eventmgr::testing::eventually;
using eventmgr::testing::lines_of;
using eventmgr::testing::member_of;
using eventmgr::testing::process;
using eventmgr::testing::webhook_receiver;

namespace {

void publish_one(const evctl& program, const std::string& topic) {
  REQUIRE(program.run({"publish", topic}).status == 0);
}

/// A daemon, and a webhook of it that never fails.
struct subscriptions_fixture {
  testing::daemon broker{};
  evctl program{broker.url()};
  webhook_receiver receiver{};

  testing::process_result create(std::vector<std::string> options) const {
    options.insert(options.begin(), {"subscriptions", "create"});
    return program.run(options);
  }
};

}  // namespace

TEST_CASE("a subscription is created with options, shown, changed and deleted") {
  const subscriptions_fixture here;
  const auto made = here.create({"--name",       "audit",
                                 "--topic",      "project.*",
                                 "--topic",      "llm",
                                 "--endpoint",   here.receiver.url("/ok"),
                                 "--filter",     R"({"tags":["x"]})",
                                 "--batch-size", "10",
                                 "--backoff",    "linear",
                                 "--no-jitter",  "--header",
                                 "X-Team: blue", "--ack-timeout",
                                 "5s",           "--description",
                                 "what for"});
  REQUIRE(made.status == 0);
  CHECK(member_of(made.out, "name") == "audit");
  CHECK(contains(made.out, R"("topic":["project/*","llm"])"));
  CHECK(member_of(made.out, "channel") == "webhook");
  CHECK(contains(made.out, R"("filter":{"tags":["x"]})"));
  CHECK(member_of(made.out, "batchSize") == "10");
  CHECK(member_of(made.out, "ackTimeoutMs") == "5000");
  CHECK(member_of(made.out, "backoffStrategy") == "linear");
  CHECK(member_of(made.out, "jitter") == "false");
  CHECK(member_of(made.out, "X-Team") == "blue");
  CHECK(member_of(made.out, "description") == "what for");

  const auto edited = here.program.run(
      {"subscriptions", "edit", "audit", "--filter", "", "--header", "X-Team:", "--batch-size", "5", "--jitter"});
  REQUIRE(edited.status == 0);
  CHECK(contains(edited.out, R"("filter":{})"));
  CHECK_FALSE(contains(edited.out, "X-Team"));
  CHECK(member_of(edited.out, "batchSize") == "5");
  CHECK(member_of(edited.out, "jitter") == "true");
  CHECK(member_of(edited.out, "backoffStrategy") == "linear");
  CHECK(here.program.run({"subscriptions", "edit", "audit", "--patch", R"({"description":"new"})"}).status == 0);

  const auto shown = here.program.run({"subscriptions", "show", "audit"});
  CHECK(member_of(shown.out, "description") == "new");
  CHECK(contains(shown.out, R"("stats":{"lag":)"));
  CHECK(contains(here.program.run({"subscriptions", "show", "audit", "-o", "table"}).out, "options.batchSize"));

  CHECK(lines_of(here.program.run({"subscriptions", "list"}).out).size() == 1);
  CHECK(here.program.run({"subscriptions", "delete", "audit", "--dry-run"}).err == "evctl: would delete audit\n");
  CHECK(here.program.run({"subscriptions", "delete", "audit"}).status == 2);
  CHECK(here.program.run({"subscriptions", "delete", "audit", "--yes"}).status == 0);
  CHECK(here.program.run({"subscriptions", "delete", "audit", "--yes"}).status == 5);
  CHECK(here.program.run({"subscriptions", "show", "audit"}).status == 5);
}

TEST_CASE("a subscription may be described in a file, and creating it again changes it") {
  const subscriptions_fixture here;
  const auto description = [&](const std::string& topic) {
    return R"({"name":"a","topic":")" + topic + R"(","endpoint":")" + here.receiver.url("/ok") + "\"}";
  };
  const auto file = here.program.home().write("a.json", description("x"));
  const auto made = here.create({"-f", file});
  REQUIRE(made.status == 0);
  CHECK(made.err.empty());

  const auto again = here.program.run({"subscriptions", "create", "-f", "-"}, description("y"));
  CHECK(again.status == 0);
  CHECK(again.err == "evctl: one of that name was there, and was changed\n");
  CHECK(member_of(again.out, "topic") == "y");
  CHECK(member_of(again.out, "subscriptionId") == member_of(made.out, "subscriptionId"));
}

TEST_CASE("whoever forgets what * means is told") {
  const subscriptions_fixture here;
  publish_one(here.program, "project/member/added");
  const auto made = here.create({"--topic", "project.*", "--endpoint", here.receiver.url("/ok")});
  CHECK(made.status == 0);
  CHECK(contains(made.err, "project/member/added"));
}

TEST_CASE("what is wrong with a subscription is said, by this program or by the daemon") {
  const subscriptions_fixture here;
  CHECK(here.create({"--name", "a"}).status == 2);
  CHECK(here.create({"--topic", "a", "--channel", "pigeon"}).status == 2);
  CHECK(here.create({"-f", "x.json", "--name", "a"}).status == 2);
  CHECK(here.create({"--topic", "a", "--ack-timeout", "soon"}).status == 2);
  CHECK(here.create({"--topic", "a", "--endpoint", "nonsense"}).status == 2);
  CHECK(here.program.run({"subscriptions", "edit", "a", "--fallback-webhook", "nonsense"}).status == 2);
  const auto refused = here.create({"--topic", "a", "--endpoint", here.receiver.url("/ok"), "--ack-timeout", "2h"});
  CHECK(refused.status == 6);
  CHECK(lines_of(refused.err).size() == 1);
  CHECK(contains(refused.err, "/options/ackTimeoutMs must be milliseconds, or a duration"));
  // Text that is empty takes nothing back where one of a few words is needed.
  for (const std::string option : {"--format", "--backoff", "--delivery-log", "--priority"}) {
    CAPTURE(option);
    CHECK(here.program.run({"subscriptions", "edit", "a", option, ""}).status == 2);
  }
  CHECK(here.program.run({"subscriptions", "edit", "a"}).status == 2);
  CHECK(here.program.run({"subscriptions", "edit", "nobody", "--name", "b"}).status == 5);
  CHECK(here.program.run({"subscriptions", "seek", "nobody"}).status == 2);
  CHECK(here.program.run({"subscriptions", "pause", "nobody"}).status == 5);
}

TEST_CASE("a paused subscription keeps its events, and what is to become of them is said when it is resumed") {
  const subscriptions_fixture here;
  REQUIRE(here.create({"--name", "a", "--topic", "#", "--endpoint", here.receiver.url("/ok")}).status == 0);
  CHECK(member_of(here.program.run({"subscriptions", "pause", "a"}).out, "status") == "paused");
  for (int number = 0; number < 5; ++number) publish_one(here.program, "x");
  const auto lag = here.program.run({"subscriptions", "lag", "a"});
  CHECK(member_of(lag.out, "totalLag") == "5");
  CHECK(member_of(lag.out, "idleReason") == "paused");
  const auto table = lines_of(here.program.run({"subscriptions", "lag", "-o", "table"}).out);
  REQUIRE(table.size() == 2);
  CHECK(table[0].starts_with("NAME  STATUS  CRITICAL  HIGH  NORMAL  LOW  TOTAL"));
  CHECK(table[1].find("paused         0     0       5    0      5") != std::string::npos);

  const auto rehearsed = here.program.run({"subscriptions", "resume", "a", "--last", "2", "--dry-run"});
  CHECK(rehearsed.out == R"({"dryRun":true,"subscription":"a","waiting":5,"skipped":3})"
                         "\n");
  CHECK(member_of(here.program.run({"subscriptions", "resume", "a", "--dry-run"}).out, "skipped") == "0");
  CHECK(member_of(here.program.run({"subscriptions", "resume", "a", "--skip", "--dry-run"}).out, "skipped") == "5");
  const auto refused = here.program.run({"subscriptions", "resume", "a", "--last", "2"});
  CHECK(refused.status == 2);
  CHECK(contains(refused.err, "--yes"));
  CHECK(member_of(here.program.run({"subscriptions", "show", "a"}).out, "status") == "paused");

  CHECK(member_of(here.program.run({"subscriptions", "resume", "a", "--last", "2", "--yes"}).out, "status") ==
        "active");
  CHECK(here.receiver.wait_for("/ok", 2, default_patience));
  publish_one(here.program, "y");
  REQUIRE(here.receiver.wait_for("/ok", 3, default_patience));
  CHECK(member_of(here.receiver.requests("/ok").front().body, "seq") == "4");
  CHECK(member_of(here.receiver.requests("/ok").back().body, "seq") == "6");
}

TEST_CASE("seek delivers again") {
  const subscriptions_fixture here;
  publish_one(here.program, "x");
  publish_one(here.program, "x");
  REQUIRE(here.create({"--name", "a", "--topic", "#", "--endpoint", here.receiver.url("/ok")}).status == 0);
  for (const auto& [place, expected] : std::vector<std::pair<std::vector<std::string>, std::size_t>>{
           {{"--to", "earliest"}, 2}, {{"--seq", "2"}, 3}, {{"--position", "p1-1"}, 4}, {{"--to", "1h"}, 6}}) {
    CAPTURE(place);
    std::vector<std::string> command{"subscriptions", "seek", "a", "--yes"};
    command.insert(command.end(), place.begin(), place.end());
    REQUIRE(here.program.run(command).status == 0);
    CHECK(here.receiver.wait_for("/ok", expected, default_patience));
  }
  CHECK(here.program.run({"subscriptions", "seek", "a", "--to", "yesterday"}).status == 2);
  CHECK(here.program.run({"subscriptions", "seek", "a", "--to", "now"}).status == 2);
  CHECK(here.program.run({"subscriptions", "seek", "nobody", "--to", "now", "--dry-run"}).status == 5);
  const auto rehearsed = here.program.run({"subscriptions", "seek", "a", "--to", "now", "--dry-run"});
  CHECK(rehearsed.out.starts_with(R"({"dryRun":true,"subscription":"a","to":{"time":"now"},"waiting":)"));
  CHECK(here.receiver.count("/ok") == 6);

  process asked{here.program.on_terminal({"subscriptions", "seek", "a", "--to", "earliest"})};
  REQUIRE(asked.wait_for_out("deliver again what is after? [y/N]"));
  asked.write_stdin("y\n");
  CHECK(here.receiver.wait_for("/ok", 8, default_patience));
  const auto answered = asked.wait();
  REQUIRE(answered);
  CHECK(answered->status == 0);
}

TEST_CASE("a test says whether the receiver takes events") {
  const subscriptions_fixture here;
  REQUIRE(here.create({"--name", "a", "--topic", "#", "--endpoint", here.receiver.url("/ok")}).status == 0);
  const auto good = here.program.run({"subscriptions", "test", "a"});
  CHECK(good.status == 0);
  CHECK(member_of(good.out, "status") == "200");

  REQUIRE(here.program.run({"subscriptions", "edit", "a", "--endpoint", here.receiver.url("/status/503")}).status == 0);
  const auto bad = here.program.run({"subscriptions", "test", "a"});
  CHECK(bad.status == 1);
  CHECK(member_of(bad.out, "error") == "HTTP 503");
}

TEST_CASE("failed attempts and dead letters can be looked at") {
  const subscriptions_fixture here;
  REQUIRE(here.create({"--name", "a", "--topic", "#", "--endpoint", here.receiver.url("/status/500"), "--max-retries",
                       "1", "--initial-delay", "10ms", "--max-delay", "10ms"})
              .status == 0);
  publish_one(here.program, "x/y");
  REQUIRE(here.receiver.wait_for("/status/500", 2, default_patience));
  std::string letter;
  REQUIRE(eventually([&] {
    letter = here.program.run({"dlq", "list"}).out;
    return !letter.empty();
  }));

  REQUIRE(lines_of(letter).size() == 1);
  CHECK(member_of(letter, "subscriptionName") == "a");
  CHECK(member_of(letter, "failureReason") == "HTTP 500");
  CHECK(contains(letter, R"("retryCount":1,"attempts")"));
  const auto id = member_of(letter, "id");
  const auto shown = lines_of(here.program.run({"dlq", "show", id, "-o", "table"}).out);
  const auto head = std::ranges::find_if(shown, [](const auto& line) { return line.starts_with("AT "); });
  REQUIRE(head - shown.begin() == static_cast<std::ptrdiff_t>(shown.size()) - 3);
  CHECK(contains(*head, "ATTEMPT  ORIGIN  STATUS "));
  CHECK(head->ends_with("MS  ERROR"));
  CHECK(head[1].ends_with("HTTP 500"));
  CHECK(head[2].ends_with("HTTP 500"));
  CHECK(std::ranges::none_of(shown, [](const auto& line) { return line.starts_with("attempts"); }));
  CHECK(contains(here.program.run({"dlq", "show", id}).out, R"("attempts":[{)"));
  CHECK(here.program.run({"dlq", "list", "--subscription", "a", "--topic", "x.*", "--reason", "http", "--since", "1h"})
            .out == letter);
  CHECK(here.program.run({"dlq", "list", "--state", "discarded"}).out.empty());
  CHECK(here.program.run({"dlq", "show", "x"}).status == 2);
  CHECK(here.program.run({"dlq", "show", member_of(letter, "originalEventId")}).status == 5);

  const auto attempts = lines_of(here.program.run({"subscriptions", "attempts", "a"}).out);
  REQUIRE(attempts.size() == 2);
  CHECK(member_of(attempts[0], "attempt") == "2");
  CHECK(lines_of(here.program.run({"subscriptions", "attempts", "a", "--limit", "1"}).out).size() == 1);
  CHECK(lines_of(here.program
                     .run({"subscriptions", "attempts", "a", "--event", member_of(letter, "originalEventId"), "--all"})
                     .out)
            .size() == 2);
  CHECK(here.program.run({"subscriptions", "attempts", "a", "--event", id}).out.empty());
}

TEST_CASE("lag that is watched in a pipe is a line each time") {
  const subscriptions_fixture here;
  REQUIRE(here.create({"--name", "a", "--topic", "#", "--endpoint", here.receiver.url("/ok")}).status == 0);
  auto watch = here.program.start({"subscriptions", "lag", "--watch", "--interval", "20ms"});
  REQUIRE(watch.wait_for_out_lines(3));
  watch.send_signal(SIGINT);
  const auto ended = watch.wait();
  REQUIRE(ended);
  CHECK(ended->status == 130);
  for (const auto& line : lines_of(ended->out)) {
    CHECK(line.starts_with(R"({"at":")"));
    CHECK(contains(line, R"("subscriptions":[{"name":"a","status":"active","lag":{)"));
  }
  CHECK(here.program.run({"subscriptions", "lag", "--interval", "1s"}).status == 2);
  CHECK(here.program.run({"subscriptions", "lag", "nobody", "--watch"}).status == 5);
}

TEST_CASE("lag that is watched on a terminal is drawn over itself") {
  const subscriptions_fixture here;
  REQUIRE(here.create({"--name", "a", "--topic", "#", "--endpoint", here.receiver.url("/ok")}).status == 0);
  process watch{here.program.on_terminal({"subscriptions", "lag", "--watch", "--interval", "20ms"})};
  // Up two lines, and wiped from there.
  REQUIRE(watch.wait_for_out("\x1b[2A\r\x1b[J"));
  watch.write_stdin("\x03");
  const auto ended = watch.wait();
  REQUIRE(ended);
  CHECK(ended->status == 130);
}
