#include "evctl.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using eventmgr::testing::evctl;
using eventmgr::testing::lines_of;
using eventmgr::testing::member_of;

TEST_CASE("contexts are added, chosen, listed and deleted") {
  const evctl program;
  REQUIRE(program.run({"config", "set", "prod", "--url", "https://broker.example"}).status == 0);
  REQUIRE(program.run({"config", "set", "dev", "--url", "http://127.0.0.1:1"}).status == 0);
  REQUIRE(program.run({"config", "use", "dev"}).status == 0);

  const auto list = lines_of(program.run({"config", "list"}).out);
  REQUIRE(list.size() == 2);
  CHECK(member_of(list[0], "name") == "dev");
  CHECK(member_of(list[0], "current") == "true");
  CHECK(member_of(list[1], "url") == "https://broker.example");
  CHECK(member_of(program.run({"config", "show"}).out, "url") == "http://127.0.0.1:1");
  CHECK(program.run({"status"}).err.find("http://127.0.0.1:1") != std::string::npos);

  CHECK(program.run({"config", "delete", "dev"}).status == 0);
  CHECK(program.run({"config", "show", "dev"}).status == 5);
  CHECK(member_of(program.run({"config", "show"}).out, "url") == "http://127.0.0.1:3004");
}

TEST_CASE("the command line goes before the environment, and that before the current context") {
  const evctl program{"http://from.environment"};
  REQUIRE(program.run({"config", "set", "a", "--url", "http://from.current"}).status == 0);
  REQUIRE(program.run({"config", "set", "b", "--url", "http://from.named"}).status == 0);
  REQUIRE(program.run({"config", "use", "a"}).status == 0);
  const auto used = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"config", "show"});
    return member_of(program.run(arguments).out, "url");
  };
  CHECK(used({}) == "http://from.environment");
  CHECK(used({"--context", "b"}) == "http://from.named");
  // Before the command: after it, it is the command's own.
  CHECK(member_of(program.run({"--url", "http://from.line", "config", "show"}).out, "url") == "http://from.line");
}

TEST_CASE("the environment names a context, before the current one") {
  const evctl program;
  const auto token = program.home().write("token", "secret\n");
  REQUIRE(program.run({"config", "set", "a", "--url", "http://from.current"}).status == 0);
  REQUIRE(program.run({"config", "set", "b", "--url", "http://from.line"}).status == 0);
  REQUIRE(program.run({"config", "set", "c", "--url", "http://from.variable", "--token-file", token}).status == 0);
  REQUIRE(program.run({"config", "use", "a"}).status == 0);
  std::vector<std::pair<std::string, std::string>> variables{{"EVENTMGR_CONTEXT", "c"}};
  const auto show = [&](const std::vector<std::string>& before = {}) {
    auto options = program.options(before);
    options.command.insert(options.command.end(), {"config", "show"});
    options.environment.insert(options.environment.end(), variables.begin(), variables.end());
    return eventmgr::testing::run(options);
  };
  CHECK(member_of(show().out, "url") == "http://from.variable");
  CHECK(member_of(show().out, "token") == "true");
  CHECK(member_of(show({"--context", "b"}).out, "url") == "http://from.line");
  CHECK(member_of(show({"--url", "http://other"}).out, "token") == "false");

  variables.emplace_back("EVENTMGR_URL", "http://from.environment");
  CHECK(member_of(show().out, "url") == "http://from.environment");
  CHECK(member_of(show().out, "token") == "false");

  variables = {{"EVENTMGR_CONTEXT", "nowhere"}};
  const auto refused = show();
  CHECK(refused.status == 5);
  CHECK(refused.err.find("there is no context \"nowhere\"") != std::string::npos);
  variables = {{"EVENTMGR_CONTEXT", ""}};
  CHECK(member_of(show().out, "url") == "http://from.current");
}

TEST_CASE("a token of a context does not go to another address") {
  const evctl program;
  const auto token = program.home().write("token", "secret\n");
  REQUIRE(program.run({"config", "set", "a", "--url", "http://a.example", "--token-file", token}).status == 0);
  REQUIRE(program.run({"config", "use", "a"}).status == 0);
  CHECK(member_of(program.run({"config", "show"}).out, "token") == "true");
  CHECK(member_of(program.run({"--url", "http://b.example", "config", "show"}).out, "token") == "false");
  CHECK(program.run({"config", "show"}).out.find("secret") == std::string::npos);
}

TEST_CASE("what is wrong with a context is said") {
  const evctl program;
  CHECK(program.run({"config", "set", "a"}).status == 6);
  CHECK(program.run({"config", "set", "a", "--url", "nonsense"}).status == 2);
  CHECK(program.run({"config", "use", "a"}).status == 5);
  CHECK(program.run({"config", "delete", "a"}).status == 5);
  CHECK(program.run({"--context", "a", "status"}).status == 5);
  CHECK(program.run({"--token-file", "/nonexistent", "status"}).status == 6);
  CHECK(program.run({"--token-file", program.home().write("token", "two\nlines"), "status"}).status == 6);
}
