#include "event_command.hpp"

#include "support/process.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace eventmgr;
using eventmgr::evctl::event_command;

namespace {

class counting_link final : public client::stream_link {
 public:
  void keep_alive() override { ++calls; }
  int calls{0};
};

const std::string event_json{R"({"id":"i","type":"a.b","topic":"a/b","payload":{"n":1}})"};

struct fixture {
  fixture() { std::signal(SIGPIPE, SIG_IGN); }  // as evctl does

  event_command::ending run(const std::string& command, const std::string& json = event_json) {
    return event_command{command, stop}.run(json, 3, link);
  }

  client::interrupt stop{};
  counting_link link{};
};

std::string read_file(const std::string& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("the command's exit status is what becomes of the event") {
  using outcome = event_command::outcome;
  struct row {
    std::string command;
    outcome what;
    std::string why;
  };
  const std::vector<row> rows{
      {"exit 0", outcome::done, ""},
      {"cat >/dev/null", outcome::done, ""},
      {"exit 3", outcome::failed, "exit status 3"},
      {"kill -9 $$", outcome::failed, "killed by signal 9"},
      {"exit 65", outcome::refused, "exit status 65"},
      {"exec 2>/dev/null; /nonexistent/command", outcome::unusable, "exit status 127"},
  };
  for (const auto& each : rows) {
    CAPTURE(each.command);
    fixture here;
    const auto ended = here.run(each.command);
    CHECK(ended.what == each.what);
    CHECK(ended.why == each.why);
  }
}

TEST_CASE("the command is given the event, and what it is") {
  const testing::temp_dir home;
  fixture here;
  const auto file = home.file("seen");
  const auto ended = here.run(
      "{ cat; echo $EVENTMGR_EVENT_ID $EVENTMGR_EVENT_TYPE $EVENTMGR_EVENT_TOPIC $EVENTMGR_ATTEMPT; } >" + file);
  CHECK(ended.what == event_command::outcome::done);
  CHECK(read_file(file) == event_json + "\ni a.b a/b 3\n");
}

TEST_CASE("a command that does not read its input is not waited for to do so") {
  fixture here;
  const auto large = R"({"id":"i","payload":{"x":")" + std::string(1U << 20U, 'x') + "\"}}";
  CHECK(here.run("exit 0", large).what == event_command::outcome::done);
  CHECK(here.run("exec <&-; sleep 0.05; exit 4", large).why == "exit status 4");
  CHECK(here.run("test $(wc -c) -gt 1000000", large).what == event_command::outcome::done);
}

TEST_CASE("a broken pipe ends the command's own commands as it would in a shell") {
  fixture here;
  CHECK(here.run("test \"$(yes | head -n 1)\" = y").what == event_command::outcome::done);
}

TEST_CASE("once the interrupt is raised a command may finish, and what fails then is given back") {
  fixture here;
  here.stop.raise();
  CHECK(here.run("cat >/dev/null").what == event_command::outcome::done);
  CHECK(here.run("exit 1").what == event_command::outcome::interrupted);
  CHECK(here.run("kill -TERM $$").what == event_command::outcome::interrupted);
}

TEST_CASE("the interrupt ends the wait for a command that is already running when it has finished") {
  fixture here;
  std::thread other{[&] { here.stop.raise(); }};
  CHECK(here.run("sleep 0.1").what == event_command::outcome::done);
  other.join();
}

TEST_CASE("a command that takes its time keeps the link alive") {
  fixture here;
  CHECK(here.run("cat >/dev/null; exit 0").what == event_command::outcome::done);
  CHECK(here.link.calls > 0);
}
