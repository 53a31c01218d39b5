#include "evctl.hpp"

#include <catch2/catch.hpp>

#include <csignal>

namespace testing = eventmgr::testing;
using eventmgr::testing::evctl;
using eventmgr::testing::lines_of;
using eventmgr::testing::member_of;
using eventmgr::testing::process;

namespace {

std::string batch_line(int number) {
  return R"({"type":"load.test","source":"test","payload":{"n":)" + std::to_string(number) + "}}\n";
}

std::string shown(const evctl& program, const std::string& id) { return program.run({"events", "show", id}).out; }

}  // namespace

TEST_CASE("an event is published with all that is given") {
  const testing::daemon broker;
  const evctl program{broker.url()};

  const auto published = program.run({"publish",
                                      "project/created",
                                      "--type",
                                      "project.made",
                                      "--source",
                                      "tests",
                                      "--data",
                                      R"({"n":1.50})",
                                      "--priority",
                                      "high",
                                      "--tag",
                                      "a",
                                      "--tag",
                                      "b",
                                      "--project",
                                      "p1",
                                      "--correlation-id",
                                      "0190163d-8694-739b-aea5-966c26f8ad90",
                                      "--ttl",
                                      "1h"});

  REQUIRE(published.status == 0);
  CHECK(published.err.empty());
  CHECK(member_of(published.out, "topic") == "project/created");
  CHECK(member_of(published.out, "seq") == "1");
  CHECK(member_of(published.out, "duplicate") == "false");
  const auto event = shown(program, member_of(published.out, "eventId"));
  CHECK(member_of(event, "type") == "project.made");
  CHECK(member_of(event, "source") == "tests");
  CHECK(member_of(event, "priority") == "HIGH");
  CHECK(member_of(event, "projectId") == "p1");
  CHECK(member_of(event, "correlationId") == "0190163d-8694-739b-aea5-966c26f8ad90");
  CHECK(event.find(R"("payload":{"n":1.50})") != std::string::npos);
  CHECK(event.find(R"("tags":["a","b"])") != std::string::npos);
  CHECK(member_of(event, "expiresAt").ends_with("Z"));
}

TEST_CASE("type and topic stand in for each other, and the payload comes from where it is said to be") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  const auto from_topic = program.run({"publish", "a/b", "--data", "-"}, R"({"from":"stdin"})");
  REQUIRE(from_topic.status == 0);
  const auto first = shown(program, member_of(from_topic.out, "eventId"));
  CHECK(member_of(first, "type") == "a.b");
  CHECK(member_of(first, "source") == "evctl");
  CHECK(member_of(first, "from") == "stdin");

  const auto file = "@" + program.home().write("data.json", R"({"from": "file"})");
  const auto from_type = program.run({"publish", "--type", "c.d", "--data", file});
  REQUIRE(from_type.status == 0);
  CHECK(member_of(from_type.out, "topic") == "c/d");
  CHECK(member_of(shown(program, member_of(from_type.out, "eventId")), "from") == "file");
}

TEST_CASE("an id is stored once") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  const std::vector<std::string> command{"publish", "a", "--id", "0190163d-8694-739b-aea5-966c26f8ad90"};
  CHECK(member_of(program.run(command).out, "duplicate") == "false");
  const auto again = program.run(command);
  CHECK(again.status == 0);
  CHECK(member_of(again.out, "duplicate") == "true");
  CHECK(member_of(again.out, "seq") == "1");
}

TEST_CASE("an event that breaks the rules is rejected with every reason") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  const auto refused = program.run({"publish", "a/*", "--source", ""});
  CHECK(refused.status == 6);
  CHECK(refused.out.empty());
  CHECK(refused.err.find("/topic: ") != std::string::npos);
  CHECK(refused.err.find("/source: ") != std::string::npos);
}

TEST_CASE("a batch is published in order, whatever its size") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  std::string batch;
  for (int number = 0; number < 2500; ++number) batch += batch_line(number);

  const auto published = program.run({"publish", "--batch", program.home().write("batch.ndjson", batch)});

  CHECK(published.status == 0);
  CHECK(published.out == "{\"published\":2500,\"duplicates\":0,\"failed\":0}\n");
  CHECK(published.err.empty());
  const auto events = lines_of(program.run({"events", "list", "--all", "--order", "asc"}).out);
  REQUIRE(events.size() == 2500);
  CHECK(member_of(events[0], "n") == "0");
  CHECK(member_of(events[2499], "n") == "2499");
}

TEST_CASE("a batch with wrong lines is partly done, and names them") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  const auto batch = batch_line(1) + "\n{\"type\":\"x\"}\nno json\n" + batch_line(2);
  const auto published = program.run({"publish", "--batch", "-"}, batch);
  CHECK(published.status == 8);
  CHECK(published.out == "{\"published\":2,\"duplicates\":0,\"failed\":2}\n");
  CHECK(published.err.find("line 3: ") != std::string::npos);
  CHECK(published.err.find("/source: ") != std::string::npos);
  CHECK(published.err.find("line 4: ") != std::string::npos);

  const auto all_wrong = program.run({"publish", "--batch", "-"}, "no json\n");
  CHECK(all_wrong.status == 6);
  CHECK(program.run({"publish", "--batch", "/nonexistent"}).status == 1);
  CHECK(program.run({"publish", "--batch", "-"}, "").out == "{\"published\":0,\"duplicates\":0,\"failed\":0}\n");
}

TEST_CASE("a batch goes to a daemon whose limits are lower, in requests that it takes") {
  const testing::daemon broker{
      testing::daemon_options{.arguments = {"--set", "limits.maxBatch=100", "--set", "limits.maxBodyBytes=64KiB",
                                            "--set", "limits.maxEventBytes=64KiB"}}};
  const evctl program{broker.url()};
  std::string batch;
  for (int number = 0; number < 300; ++number) batch += batch_line(number);
  CHECK(program.run({"publish", "--batch", "-"}, batch).out == "{\"published\":300,\"duplicates\":0,\"failed\":0}\n");

  const auto long_line = [](std::size_t bytes) {
    return R"({"type":"t","source":"s","payload":{"n":")" + std::string(bytes, 'x') + "\"}}\n";
  };
  for (int number = 0; number < 99; ++number) batch += long_line(2000);
  batch += long_line(100'000) + batch_line(300);
  const auto published = program.run({"publish", "--batch", program.home().write("batch", batch)});
  CHECK(published.status == 8);
  CHECK(published.out == "{\"published\":400,\"duplicates\":0,\"failed\":1}\n");
  CHECK(published.err.find("line 400: ") != std::string::npos);
  const auto last = lines_of(program.run({"events", "list", "--limit", "1"}).out);
  REQUIRE(last.size() == 1);
  CHECK(member_of(last[0], "n") == "300");
}

TEST_CASE("a batch from a pipe does not hold back what it has read") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  auto tail = program.start({"subscribe", "#", "--count", "1"});
  REQUIRE(tail.wait_for_err("subscribed at "));
  auto publisher = program.start({"publish", "--batch", "-"});
  REQUIRE(publisher.write_stdin(batch_line(1)));

  CHECK(tail.wait_for_out_lines(1));

  publisher.close_stdin();
  const auto ended = publisher.wait();
  REQUIRE(ended);
  CHECK(ended->status == 0);
  CHECK(ended->out == "{\"published\":1,\"duplicates\":0,\"failed\":0}\n");
}

TEST_CASE("an interrupted batch says what was published") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  auto tail = program.start({"subscribe", "#", "--count", "1"});
  REQUIRE(tail.wait_for_err("subscribed at "));
  auto publisher = program.start({"publish", "--batch", "-"});
  REQUIRE(publisher.write_stdin(batch_line(1)));
  REQUIRE(tail.wait_for_out_lines(1));

  publisher.send_signal(SIGINT);

  const auto ended = publisher.wait();
  REQUIRE(ended);
  CHECK(ended->status == 130);
}

TEST_CASE("an event may be published later") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  auto tail = program.start({"subscribe", "#", "--count", "1"});
  REQUIRE(tail.wait_for_err("subscribed at "));
  // It has to come to the daemon before it is due.
  const auto planned = program.run({"publish", "a", "--at", "3s"});
  CHECK(planned.status == 0);
  CHECK(member_of(planned.out, "seq") == "null");
  CHECK(member_of(planned.out, "scheduled") == "true");
  CHECK_FALSE(member_of(planned.out, "deliverAt").empty());
  const auto ended = tail.wait();
  REQUIRE(ended);
  CHECK(member_of(ended->out, "id") == member_of(planned.out, "eventId"));
  CHECK(member_of(ended->out, "receivedAt") >= member_of(planned.out, "deliverAt"));

  CHECK(program.run({"publish", "a", "--at", "tomorrow"}).status == 2);
}
