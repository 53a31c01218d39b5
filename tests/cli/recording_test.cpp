#include "evctl.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace testing = eventmgr::testing;
using eventmgr::testing::evctl;
using eventmgr::testing::lines_of;
using eventmgr::testing::member_of;

namespace {

const std::string sample =
    R"({"id":"0190163d-8694-739b-aea5-966c26f8ad91","type":"a.b","source":"s","payload":{"z": 1.50,"a":"\u00e4"},)"
    R"("metadata":{"tags":["x"],"mine":{"k":[]},"maxRetries":1},"priority":"HIGH","orderingKey":"k",)"
    R"("correlationId":"0190163d-8694-739b-aea5-966c26f8ad90"}
{"type":"a.c","source":"s","topic":"elsewhere/x","payload":{"n":1},"causationId":"0190163d-8694-739b-aea5-966c26f8ad91"}
{"type":"d","source":"s","payload":{"n":2}}
)";

struct recording_fixture {
  testing::daemon broker{};
  evctl program{broker.url()};

  std::vector<std::string> stored() const {
    return lines_of(program.run({"events", "list", "--all", "--order", "asc"}).out);
  }
};

/// The event without what the daemon gives it.
std::string without_place(std::string event) { return event.substr(0, event.find(",\"partition\":")); }

std::string read_file(const std::string& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("a recording that is played to another daemon gives the same events") {
  const recording_fixture from;
  REQUIRE(from.program.run({"publish", "--batch", "-"}, sample).status == 0);
  const auto recorded = from.program.run({"events", "record", "--until-end"});
  REQUIRE(recorded.status == 0);
  CHECK(lines_of(recorded.out) == from.stored());

  const recording_fixture to;
  const auto played = to.program.run({"play", "-", "--speed", "0"}, recorded.out);
  CHECK(played.status == 0);
  CHECK(played.out == "{\"published\":3,\"duplicates\":0,\"failed\":0}\n");
  const auto before = from.stored();
  const auto after = to.stored();
  REQUIRE(after.size() == before.size());
  for (std::size_t at = 0; at < after.size(); ++at) CHECK(without_place(after[at]) == without_place(before[at]));
}

TEST_CASE("a recording selects by topic, filter and count") {
  const recording_fixture here;
  REQUIRE(here.program.run({"publish", "--batch", "-"}, sample).status == 0);
  const auto record = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"record", "--until-end"});
    const auto ended = here.program.run(arguments);
    CHECK(ended.status == 0);
    return testing::offsets_in(ended.out);
  };
  CHECK(record({}) == "1 2 3 ");
  CHECK(record({"--topic", "a.#", "--topic", "d"}) == "1 3 ");
  CHECK(record({"--filter", R"({"payload":{"n":{"exists":true}}})"}) == "2 3 ");
  CHECK(record({"--count", "2"}) == "1 2 ");
  CHECK(record({"--since", "1h", "--topic", "elsewhere.*"}) == "2 ");
  CHECK(record({"--until", "1h"}).empty());
}

TEST_CASE("what comes is recorded, into a file that is there once it is whole") {
  const recording_fixture here;
  const auto path = here.program.home().file("recording");
  auto recording = here.program.start({"events", "record", "--topic", "d", "-f", path, "--count", "2"});
  REQUIRE(recording.wait_for_err("subscribed at "));
  REQUIRE(here.program.run({"publish", "--batch", "-"}, sample).status == 0);
  CHECK_FALSE(std::filesystem::exists(path));
  REQUIRE(here.program.run({"publish", "d"}).status == 0);
  const auto ended = recording.wait();
  REQUIRE(ended);
  CHECK(ended->status == 0);
  CHECK(member_of(ended->out, "recorded") == "2");
  const auto lines = lines_of(read_file(path));
  REQUIRE(lines.size() == 2);
  CHECK(lines == std::vector<std::string>{here.stored()[2], here.stored()[3]});
}

TEST_CASE("what came until an interrupt is a recording too") {
  const recording_fixture here;
  const auto path = here.program.home().file("recording");
  auto recording = here.program.start({"events", "record", "-f", path});
  REQUIRE(recording.wait_for_err("subscribed at "));
  recording.send_signal(SIGINT);
  const auto ended = recording.wait();
  REQUIRE(ended);
  CHECK(ended->status == 130);
  CHECK(std::filesystem::exists(path));
  CHECK(std::distance(std::filesystem::directory_iterator{here.program.home().path()}, {}) == 1);
}

TEST_CASE("a recording that fails leaves no file") {
  const evctl program{"http://127.0.0.1:1"};
  const auto path = program.home().file("recording");
  CHECK(program.run({"events", "record", "--until-end", "-f", path}).status == 3);
  CHECK(std::filesystem::is_empty(program.home().path()));
}

TEST_CASE("an event that is stored already is not stored again, unless it gets another id") {
  const recording_fixture here;
  REQUIRE(here.program.run({"publish", "--batch", "-"}, sample).status == 0);
  const auto path = here.program.home().file("recording");
  REQUIRE(here.program.run({"events", "record", "--until-end", "-f", path}).status == 0);
  const auto same = here.program.run({"events", "play", path});
  CHECK(same.out == "{\"published\":0,\"duplicates\":3,\"failed\":0}\n");
  CHECK(same.err.find("--remap-ids") != std::string::npos);

  const auto other = here.program.run({"events", "play", path, "--remap-ids", "--topic-prefix", "copy"});
  CHECK(other.out == "{\"published\":3,\"duplicates\":0,\"failed\":0}\n");
  const auto stored = here.stored();
  REQUIRE(stored.size() == 6);
  CHECK(member_of(stored[3], "topic") == "copy/a/b");
  CHECK(member_of(stored[3], "correlationId") != member_of(stored[0], "correlationId"));
  CHECK(member_of(stored[4], "causationId") == member_of(stored[3], "id"));
  std::set<std::string> ids;
  for (const auto& event : stored) ids.insert(member_of(event, "id"));
  CHECK(ids.size() == 6);
}

TEST_CASE("a recording keeps its pace, or the pace that is asked for") {
  const recording_fixture here;
  const auto line = [](int number, const char* received) {
    return R"({"type":"t","source":"s","payload":{"n":)" + std::to_string(number) + R"(},"receivedAt":")" + received +
           "\"}\n";
  };
  const auto recording = line(1, "2026-01-02T03:04:05.000Z") + line(2, "2026-01-02T03:04:05.001Z") +
                         line(3, "2026-01-02T03:04:05.400Z") + line(4, "2026-01-02T03:04:05.800Z");
  const auto seconds = [&](const std::string& speed) {
    const auto began = std::chrono::steady_clock::now();
    const auto played = here.program.run({"play", "-", "--speed", speed}, recording);
    CHECK(played.out == "{\"published\":4,\"duplicates\":0,\"failed\":0}\n");
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  };
  CHECK(seconds("1") >= 0.8);
  CHECK(seconds("2") >= 0.4);
  const auto rehearsed = here.program.run({"play", "-", "--dry-run"}, recording);
  CHECK(rehearsed.status == 0);
  CHECK(member_of(rehearsed.out, "events") == "4");
  CHECK(member_of(rehearsed.out, "originalDurationMs") == "800");
  CHECK(here.stored().size() == 8);
}

TEST_CASE("an event that is played after a pause longer than its time to live has that time yet") {
  const recording_fixture here;
  const auto line = [](const std::string& received, const std::string& expires) {
    return R"({"type":"t","source":"s","payload":{},"metadata":{"expiresAt":"2026-01-02T03:04:)" + expires +
           R"(Z"},"receivedAt":"2026-01-02T03:04:)" + received + "Z\"}\n";
  };
  const auto recording = line("05.000", "05.300") + line("06.000", "06.300");
  CHECK(here.program.run({"play", "-"}, recording).out == "{\"published\":2,\"duplicates\":0,\"failed\":0}\n");
  const auto stored = here.stored();
  REQUIRE(stored.size() == 2);
  CHECK(member_of(stored[1], "expiresAt") > member_of(stored[1], "receivedAt"));
}

TEST_CASE("a line that is no event fails alone, with its number") {
  const recording_fixture here;
  const auto played = here.program.run({"play", "-"}, "nonsense\n" + sample + R"({"type":"t"})" + "\n");
  CHECK(played.status == 8);
  CHECK(played.out == "{\"published\":3,\"duplicates\":0,\"failed\":2}\n");
  CHECK(played.err.find("line 1: ") != std::string::npos);
  CHECK(played.err.find("line 5: ") != std::string::npos);
  CHECK(here.program.run({"play", "-"}, "nonsense\n").status == 6);
  CHECK(here.program.run({"play", "-", "--topic-prefix", "a..b"}).status == 6);
  CHECK(here.program.run({"play", "-", "--speed", "-1"}).status == 2);
}
