#include "evctl.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <string>
#include <vector>

namespace testing = eventmgr::testing;
using eventmgr::testing::evctl;
using eventmgr::testing::temp_dir;

namespace {

/// A daemon with a configuration file that is written again and again.
class reloaded_daemon {
 public:
  explicit reloaded_daemon(const std::string& first, const std::vector<std::string>& options = {})
      : file_{folder_.write("eventmgrd.yaml", first)}, broker_{with(file_, options)} {}

  /// Reads this, and waits until the log says so.
  bool reload(const std::string& text, const std::string& outcome) {
    folder_.write("eventmgrd.yaml", text);
    broker_.child().send_signal(SIGHUP);
    return broker_.child().wait_for_err(outcome);
  }

  testing::process& child() { return broker_.child(); }
  std::string show(const std::string& name) const {
    return evctl{broker_.url()}.run({"subscriptions", "show", name}).out;
  }
  testing::process_result run(const std::vector<std::string>& arguments) const {
    return evctl{broker_.url()}.run(arguments);
  }

 private:
  static testing::daemon_options with(const std::string& file, const std::vector<std::string>& options) {
    testing::daemon_options made{.arguments = {"--config", file}};
    made.arguments.insert(made.arguments.end(), options.begin(), options.end());
    return made;
  }

  temp_dir folder_{};
  std::string file_;
  testing::daemon broker_;
};

constexpr const char* unchanged = "configuration not reloaded: nothing was changed";

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("SIGHUP takes over topics, subscriptions and the retry policy of new subscriptions") {
  reloaded_daemon daemon{"retry: {maxRetries: 2}\n"};
  REQUIRE(daemon.run({"subscriptions", "create", "--name", "before", "--topic", "a", "--channel", "pull"}).status == 0);

  REQUIRE(
      daemon.reload("retry: {maxRetries: 7}\n"
                    "topics: [{name: a/b}]\n"
                    "subscriptions: [{name: declared, topic: 'a.#', channel: pull}]\n",
                    "configuration reloaded: topics, subscriptions, retry policy"));

  REQUIRE(daemon.run({"subscriptions", "create", "--name", "after", "--topic", "a", "--channel", "pull"}).status == 0);
  CHECK(holds(daemon.show("before"), "\"maxRetries\":2"));
  CHECK(holds(daemon.show("after"), "\"maxRetries\":7"));
  CHECK(holds(daemon.show("declared"), "\"maxRetries\":7"));
  CHECK(daemon.run({"topics", "show", "a/b"}).status == 0);
}

TEST_CASE("a daemon that is ready has all that its configuration declares") {
  std::string declared = "subscriptions:\n";
  for (int i = 0; i < 300; ++i) {
    declared += "  - {name: s" + std::to_string(i) + ", topic: 'a.#', channel: pull}\n";
  }
  const reloaded_daemon daemon{declared};
  // It was there before the event, which is the only one.
  REQUIRE(daemon.run({"publish", "a/b"}).status == 0);
  REQUIRE(daemon.run({"subscriptions", "show", "s299"}).status == 0);
  CHECK(testing::eventually([&] {
    return testing::member_of(daemon.run({"subscriptions", "lag", "s299"}).out, "totalLag") == "1";
  }));
}

TEST_CASE("a configuration of which a part cannot be carried out changes nothing on SIGHUP") {
  reloaded_daemon daemon{
      "retry: {maxRetries: 2}\n"
      "subscriptions: [{name: fixed, topic: 'a.#', channel: pull}]\n"};
  const std::string fresh =
      "retry: {maxRetries: 7}\n"
      "topics: [{name: a/b}]\n"
      "subscriptions:\n"
      "  - {name: fresh, topic: 'a.#', channel: pull}\n";
  const std::string part =
      GENERATE(as<std::string>{}, "  - {name: fixed, topic: b, channel: pull, options: {ordering: topic}}\n",
               "  - {name: refused, topic: b, endpoint: 'http://169.254.169.254/'}\n",
               "  - {name: wrong, topic: 'a..b', channel: pull}\n");

  REQUIRE(daemon.reload(fresh + part, unchanged));

  CHECK(daemon.run({"subscriptions", "show", "fresh"}).status == 5);
  CHECK(daemon.run({"topics", "show", "a/b"}).status == 5);
  CHECK_FALSE(holds(daemon.child().err(), "configuration reloaded"));
  REQUIRE(daemon.run({"subscriptions", "create", "--name", "after", "--topic", "a", "--channel", "pull"}).status == 0);
  CHECK(holds(daemon.show("after"), "\"maxRetries\":2"));

  CHECK(daemon.reload(fresh, "configuration reloaded: topics, subscriptions, retry policy"));
  CHECK(daemon.run({"subscriptions", "show", "fresh"}).status == 0);
}

TEST_CASE("a daemon that is open to other machines says so before it listens") {
  // An address that is no machine's: nothing of this one is opened.
  const auto ended = testing::run({.command = {testing::program_path("eventmgrd"), "--ephemeral", "--listen",
                                               "192.0.2.1:0", "--set", "security.insecure=true"}});
  CHECK(ended.status == 1);
  CHECK(holds(ended.err, "anyone who reaches this port may publish and read everything"));
}

TEST_CASE("the log tells of subscriptions that stop, and at debug of each connection") {
  reloaded_daemon daemon{"", {"--log-level", "debug"}};
  REQUIRE(daemon.run({"subscriptions", "create", "--name", "s", "--topic", "a", "--channel", "pull"}).status == 0);
  CHECK(daemon.child().wait_for_err("debug connection from 127.0.0.1 port "));

  REQUIRE(daemon.run({"subscriptions", "pause", "s"}).status == 0);
  CHECK(daemon.child().wait_for_err("subscription s is paused"));
  REQUIRE(daemon.run({"subscriptions", "resume", "s"}).status == 0);
  CHECK(daemon.child().wait_for_err("subscription s is active"));
}
