#include "config_fixture.hpp"
#include "options.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using namespace eventmgr;
using namespace eventmgr::daemon;

namespace {

struct parsed_line {
  std::variant<options, exit_with> result;
  std::string out;
  std::string err;
};

parsed_line parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "eventmgrd");
  std::ostringstream out;
  std::ostringstream err;
  auto result = parse_options(static_cast<int>(arguments.size()), arguments.data(), out, err);
  return {std::move(result), out.str(), err.str()};
}

std::string read_file(const std::string& name) {
  std::ifstream input{std::filesystem::path{EVENTMGR_SOURCE_DIR} / name, std::ios::binary};
  REQUIRE(input);
  return {std::istreambuf_iterator<char>{input}, {}};
}

}  // namespace

TEST_CASE("without arguments the defaults hold") {
  const auto line = parse({});
  const auto& given = std::get<options>(line.result);
  CHECK(given.config_file.empty());
  CHECK(given.command_line.empty());
  CHECK(given.level == log_level::info);
  CHECK_FALSE(given.check_config);
  CHECK_FALSE(given.ephemeral);
}

TEST_CASE("options become assignments, --set after the others") {
  const auto line = parse({"--set", "queue.maxSize=500", "--listen", "[::1]:0", "--data-dir", "/srv/e", "--set",
                           "dataDir=/x=y", "--config", "f.yaml", "--log-level", "debug"});
  const auto& given = std::get<options>(line.result);
  CHECK(given.config_file == "f.yaml");
  CHECK(given.level == log_level::debug);
  CHECK(given.command_line == std::vector<config::assignment>{{"--listen", "host", "::1"},
                                                              {"--listen", "port", "0"},
                                                              {"--data-dir", "dataDir", "/srv/e"},
                                                              {"--set", "queue.maxSize", "500"},
                                                              {"--set", "dataDir", "/x=y"}});
}

TEST_CASE("a wrong command line is explained and ends with 2") {
  const auto arguments = GENERATE(values<std::vector<const char*>>({
      {"--no-such-option"},
      {"extra"},
      {"--listen", "3004"},
      {"--listen", "::1:3004"},
      {"--listen", ":3004"},
      {"--listen"},
      {"--set", "queue.maxSize"},
      {"--set", "=5"},
      {"--log-level", "loud"},
      {"--log-level", "trace"},
      {"--log-level", "2"},
      {"--ephemeral", "--data-dir", "/srv/e"},
      {"--ephemeral", "--verify"},
      {"--ephemeral", "--set", "dataDir=/srv/e"},
      {"--ephemeral", "--set", "port=0", "--set", "database.url=sqlite:/srv/e.db"},
  }));
  const auto line = parse(arguments);
  CHECK(std::get<exit_with>(line.result).code == 2);
  CHECK_FALSE(line.err.empty());
  CHECK(line.out.empty());
}

TEST_CASE("--help and --version write to standard output and end with 0") {
  for (const auto* option : {"--help", "--version"}) {
    const auto line = parse({option});
    CHECK(std::get<exit_with>(line.result).code == 0);
    CHECK(line.out.find("eventmgrd") != std::string::npos);
    CHECK(line.err.empty());
  }
}

TEST_CASE("--check-config says what is wrong, or that nothing is") {
  std::ostringstream out;
  std::ostringstream err;

  SECTION("nothing is") {
    CHECK(check_config({"/dev/null", {{"REDIS_URL", "redis://x"}}, {}}, out, err) == 0);
    CHECK(out.str() == "configuration ok\n");
    CHECK(err.str() == "environment: REDIS_URL: warning: is not used by this release\n");
  }
  SECTION("two mistakes are") {
    const config::config_file file{"port: many\ncolour: red\n"};
    CHECK(check_config({file.path(), {}, {}}, out, err) == 1);
    CHECK(out.str().empty());
    CHECK(err.str() == file.path().string() + ":1:7: port: must be a whole number\n" + file.path().string() +
                           ":2:1: colour: is not a known key\n");
  }
}

TEST_CASE("help, manual and completions name the same options") {
  const auto help = parse({"--help"}).out;
  const auto manual = read_file("man/eventmgrd.8");
  const auto bash = read_file("completions/eventmgrd.bash");
  const auto zsh = read_file("completions/eventmgrd.zsh");
  const auto fish = read_file("completions/eventmgrd.fish");
  for (const std::string option :
       {"help", "config", "listen", "data-dir", "set", "log-level", "check-config", "verify", "ephemeral", "version"}) {
    CAPTURE(option);
    CHECK(help.find("--" + option) != std::string::npos);
    CHECK(manual.find("\n.It Fl \\-" + option) != std::string::npos);
    CHECK(bash.find("--" + option) != std::string::npos);
    CHECK(zsh.find("--" + option) != std::string::npos);
    CHECK(fish.find("-l " + option) != std::string::npos);
  }
  const auto count = [](const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
    return found;
  };
  CHECK(count(help, "\n  -") == 10);
  CHECK(count(manual, "\n.It Fl ") == 10);
  CHECK(count(fish, " -l ") == 10);
}
