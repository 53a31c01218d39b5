#include "evctl.hpp"
#include "restarting_daemon.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <set>
#include <utility>

namespace testing = eventmgr::testing;
using eventmgr::testing::batch_of;
using eventmgr::testing::evctl;
using eventmgr::testing::eventually;
using eventmgr::testing::lines_of;
using eventmgr::testing::member_of;
using eventmgr::testing::offsets_in;

namespace {

void publish_events(const evctl& program, int count = 1, const std::string& topic = "a") {
  REQUIRE(program.run({"publish", "--batch", "-"}, batch_of(count, topic)).status == 0);
}

/// What a program that goes on has printed so far, but for a line that has not come whole.
std::vector<std::string> whole_lines_of(const testing::process& program) {
  auto out = program.out();
  out.erase(out.rfind('\n') + 1);
  return lines_of(out);
}

std::string figure(const evctl& program, const std::string& name) {
  return member_of(program.run({"subscriptions", "lag", "worker"}).out, name);
}

}  // namespace

TEST_CASE("a durable consumer begins where the last one left off") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  const std::vector<std::string> command{"subscribe", "a", "--durable", "worker", "--count", "2"};
  auto first = program.start(command);
  REQUIRE(first.wait_for_err("attached to worker"));
  publish_events(program, 5);
  const auto ended = first.wait();
  REQUIRE(ended);
  CHECK(ended->status == 0);
  CHECK(offsets_in(ended->out) == "1 2 ");

  CHECK(offsets_in(program.run(command).out) == "3 4 ");
  CHECK(offsets_in(program.run({"subscribe", "--durable", "worker", "--count", "1"}).out) == "5 ");
  CHECK(figure(program, "acknowledged") == "5");
  CHECK(figure(program, "totalLag") == "0");
}

TEST_CASE("a durable subscription begins in history when it is asked to, and once only") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  publish_events(program, 3);
  const std::vector<std::string> command{"subscribe", "#", "--durable", "worker", "--since", "1h", "--count", "3"};
  CHECK(offsets_in(program.run(command).out) == "1 2 3 ");
  publish_events(program, 3);
  CHECK(offsets_in(program.run(command).out) == "4 5 6 ");
}

TEST_CASE("several consumers share the events") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  const std::vector<std::string> command{"subscribe", "a", "--durable", "worker"};
  auto one = program.start(command);
  auto other = program.start(command);
  REQUIRE(one.wait_for_err("attached"));
  REQUIRE(other.wait_for_err("attached"));
  publish_events(program, 50);
  std::multiset<std::string> seen;
  CHECK(eventually([&] {
    seen.clear();
    for (const auto* consumer : {&one, &other}) {
      for (const auto& line : whole_lines_of(*consumer)) seen.insert(member_of(line, "seq"));
    }
    return seen.size() == 50;
  }));
  CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == 50);
}

TEST_CASE("a command's exit status acknowledges, retries or gives up") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  REQUIRE(program
              .run({"subscriptions", "create", "--name", "worker", "--topic", "#", "--channel", "stream",
                    "--max-concurrency", "1", "--max-retries", "2", "--initial-delay", "10ms", "--max-delay", "10ms"})
              .status == 0);
  publish_events(program, 1, "good");
  publish_events(program, 1, "bad");
  publish_events(program, 1, "wrong");
  const auto ended = program.run({"subscribe", "--durable", "worker", "--count", "5", "--exec",
                                  "cat >/dev/null; echo $EVENTMGR_EVENT_TOPIC $EVENTMGR_ATTEMPT; "
                                  "case $EVENTMGR_EVENT_TOPIC in good) ;; wrong) exit 65 ;; *) exit 7 ;; esac"});
  CHECK(ended.status == 0);
  auto lines = lines_of(ended.out);
  CHECK(std::multiset<std::string>(lines.begin(), lines.end()) ==
        std::multiset<std::string>{"good 1", "bad 1", "bad 2", "bad 3", "wrong 1"});
  CHECK(ended.err.find("the command ended with exit status 65") != std::string::npos);

  std::vector<std::string> letters;
  REQUIRE(eventually([&] {
    letters = lines_of(program.run({"dlq", "list"}).out);
    return letters.size() == 2;
  }));
  // In whatever order they were given up.
  if (member_of(letters[0], "failureReason") == "exit status 65") std::swap(letters[0], letters[1]);
  CHECK(member_of(letters[0], "failureReason") == "exit status 7");
  CHECK(letters[0].find(R"("retryCount":2,"attempts")") != std::string::npos);
  CHECK(member_of(letters[1], "failureReason") == "exit status 65");
  CHECK(letters[1].find(R"("retryCount":0,"attempts")") != std::string::npos);
}

TEST_CASE("a command that cannot be run ends the consumer, and the event waits for another") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  auto wrong = program.start({"subscribe", "a", "--durable", "worker", "--exec", "/nonexistent/program"});
  REQUIRE(wrong.wait_for_err("attached"));
  publish_events(program);
  const auto ended = wrong.wait();
  REQUIRE(ended);
  CHECK(ended->status == 1);
  CHECK(offsets_in(program.run({"subscribe", "--durable", "worker", "--count", "1"}).out) == "1 ");
  CHECK(figure(program, "failedAttempts") == "0");
}

TEST_CASE("an interrupted consumer lets its command finish") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  const auto go = program.home().file("go");
  auto consumer = program.start({"subscribe", "a", "--durable", "worker", "--exec",
                                 "echo begun; while ! test -e " + go + "; do sleep 0.02; done"});
  REQUIRE(consumer.wait_for_err("attached"));
  publish_events(program, 2);
  REQUIRE(consumer.wait_for_out("begun"));
  consumer.send_signal(SIGTERM);
  static_cast<void>(program.home().write("go", ""));
  const auto ended = consumer.wait();
  REQUIRE(ended);
  CHECK(ended->status == 143);
  CHECK(lines_of(ended->out).size() == 1);
  CHECK(offsets_in(program.run({"subscribe", "--durable", "worker", "--count", "1"}).out) == "2 ");
  CHECK(figure(program, "failedAttempts") == "0");
}

TEST_CASE("an event whose command fails after the interrupt is given back, which is no attempt") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  const auto go = program.home().file("go");
  auto consumer = program.start({"subscribe", "a", "--durable", "worker", "--exec",
                                 "echo begun; while ! test -e " + go + "; do sleep 0.02; done; exit 1"});
  REQUIRE(consumer.wait_for_err("attached"));
  publish_events(program);
  REQUIRE(consumer.wait_for_out("begun"));
  consumer.send_signal(SIGINT);
  static_cast<void>(program.home().write("go", ""));
  REQUIRE(consumer.wait());
  const auto next = program.run(
      {"subscribe", "--durable", "worker", "--count", "1", "--exec", "cat >/dev/null; echo attempt $EVENTMGR_ATTEMPT"});
  CHECK(next.out == "attempt 1\n");
}

TEST_CASE("a consumer whose reader is gone acknowledges nothing more") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  auto consumer = program.start({"subscribe", "a", "--durable", "worker"});
  REQUIRE(consumer.wait_for_err("attached"));
  consumer.close_stdout();
  const auto ended = consumer.wait();
  REQUIRE(ended);
  CHECK(ended->status == 0);
  publish_events(program);
  CHECK(offsets_in(program.run({"subscribe", "--durable", "worker", "--count", "1"}).out) == "1 ");
}

TEST_CASE("a consumer comes back after the daemon was killed, and every event comes to it") {
  testing::restarting_daemon broker;
  const evctl program{broker.url()};
  auto consumer = program.start({"subscribe", "a", "--durable", "worker"});
  REQUIRE(consumer.wait_for_err("attached to worker"));
  publish_events(program, 2);
  REQUIRE(consumer.wait_for_out_lines(2));

  broker.child().kill();
  REQUIRE(consumer.wait_for_err("trying again"));
  broker.start();
  publish_events(program, 3);
  REQUIRE(consumer.wait_for_err("attached again to worker"));
  REQUIRE(consumer.wait_for_out("\"seq\":5"));
  consumer.send_signal(SIGINT);
  const auto ended = consumer.wait();
  REQUIRE(ended);
  std::set<std::string> seen;
  for (const auto& line : lines_of(ended->out)) seen.insert(member_of(line, "seq"));
  CHECK(seen == std::set<std::string>{"1", "2", "3", "4", "5"});
}

TEST_CASE("without a name a command is run for each event and nothing is kept") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  publish_events(program, 3);
  const auto ended = program.run({"subscribe", "a", "--since", "1h", "--count", "3", "--exec",
                                  "cut -c1-6; test $EVENTMGR_EVENT_TOPIC = a || exit 1; exit 4"});
  CHECK(ended.status == 0);
  CHECK(ended.out == "{\"id\":\n{\"id\":\n{\"id\":\n");
  CHECK(program.run({"subscriptions", "list"}).out.empty());
}

TEST_CASE("what makes no sense together is refused") {
  const evctl program;
  CHECK(program.run({"subscribe"}).status == 2);
  CHECK(program.run({"subscribe", "a", "--window", "2"}).status == 2);
  CHECK(program.run({"subscribe", "a", "--ack-timeout", "2s"}).status == 2);
  CHECK(program.run({"subscribe", "a", "--durable", "worker", "--last", "2"}).status == 2);
}

TEST_CASE("a consumer is refused other topics than its subscription's") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  REQUIRE(program.run({"subscriptions", "create", "--name", "worker", "--topic", "a", "--channel", "stream"}).status ==
          0);
  CHECK(program.run({"subscribe", "b", "--durable", "worker"}).status == 6);
  CHECK(program.run({"subscribe", "--durable", "nobody"}).status == 5);
}
