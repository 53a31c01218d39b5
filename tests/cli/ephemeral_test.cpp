#include "evctl.hpp"
#include "support/reserved_port.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <filesystem>

using eventmgr::testing::evctl;
using eventmgr::testing::process;
using eventmgr::testing::process_options;
using eventmgr::testing::program_path;
using eventmgr::testing::reserved_port;
using eventmgr::testing::temp_dir;

namespace {

process_options ephemeral(const temp_dir& scratch, const std::vector<std::string>& arguments = {}) {
  process_options options;
  options.command = {program_path("eventmgrd"), "--ephemeral"};
  options.command.insert(options.command.end(), arguments.begin(), arguments.end());
  options.environment = {{"TMPDIR", scratch.path()}};
  options.unset = {"DATABASE_URL", "NOTIFY_SOCKET", "STATE_DIRECTORY", "EVENTMGR_PORT"};
  return options;
}

std::string address_of(const process& daemon) {
  REQUIRE(daemon.wait_for_out_lines(1));
  const auto out = daemon.out();
  return out.substr(0, out.find('\n'));
}

std::size_t entries_in(const temp_dir& scratch) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{scratch.path()}, {}));
}

}  // namespace

TEST_CASE("an ephemeral daemon says where it is, and leaves nothing behind") {
  const auto signal = GENERATE(SIGTERM, SIGINT);
  const temp_dir scratch;
  process daemon{ephemeral(scratch)};
  const auto url = address_of(daemon);
  CHECK(url.starts_with("http://127.0.0.1:"));
  CHECK_FALSE(url.ends_with(":3004"));
  const evctl program{url};
  CHECK(program.run({"publish", "a"}).status == 0);
  CHECK(entries_in(scratch) == 1);

  daemon.send_signal(signal);
  const auto ended = daemon.wait();
  REQUIRE(ended);
  CHECK(ended->status == 0);
  CHECK(ended->out == url + "\n");
  CHECK(entries_in(scratch) == 0);
}

TEST_CASE("a script gets an ephemeral daemon's address by a command substitution") {
  const temp_dir scratch;
  auto options = ephemeral(scratch);
  options.environment.emplace_back("EVENTMGRD", options.command.front());
  options.command = {"/bin/sh", "-c",
                     "url=$(\"$EVENTMGRD\" --ephemeral 2>/dev/null & echo $! >\"$TMPDIR/pid\"); echo \"at $url\"; "
                     "kill \"$(cat \"$TMPDIR/pid\")\""};
  const auto ended = eventmgr::testing::run(options);
  CHECK(ended.status == 0);
  CHECK(ended.out.starts_with("at http://127.0.0.1:"));
}

TEST_CASE("what a killed ephemeral daemon left is removed by the next, and nothing else is") {
  const temp_dir scratch;
  process running{ephemeral(scratch)};
  const evctl program{address_of(running)};
  process killed{ephemeral(scratch)};
  address_of(killed);
  killed.kill();
  CHECK(entries_in(scratch) == 2);

  process next{ephemeral(scratch)};
  address_of(next);
  CHECK(entries_in(scratch) == 2);
  CHECK(program.run({"publish", "a"}).status == 0);
}

TEST_CASE("an ephemeral daemon takes the port that it is given") {
  const temp_dir scratch;
  const reserved_port reserved;
  const auto port = std::to_string(reserved.number());
  process first{ephemeral(scratch, {"--listen", "127.0.0.1:" + port, "--set", "queue.maxSize=500"})};
  CHECK(address_of(first) == "http://127.0.0.1:" + port);
  first.send_signal(SIGTERM);
  REQUIRE(first.wait());

  auto options = ephemeral(scratch);
  options.environment.emplace_back("EVENTMGR_PORT", port);
  process second{options};
  CHECK(address_of(second) == "http://127.0.0.1:" + port);
}
