#include "evctl.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

// The commands of eventmgr(7) are run as the page has them, in its order. What stands in its literal displays after "$
// " is a command, after "> " its next line.

using namespace eventmgr::testing;

namespace {

/// What mdoc's escapes of these texts mean.
std::string unescape(const std::string& text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      plain += text[at];
      continue;
    }
    const auto rest = text.substr(at + 1);
    if (rest.starts_with("(aq")) {
      plain += '\'';
      at += 3;
    } else if (rest.starts_with("(dq")) {
      plain += '"';
      at += 3;
    } else {
      REQUIRE(!rest.empty());
      REQUIRE((rest[0] == '-' || rest[0] == 'e' || rest[0] == '&'));
      if (rest[0] != '&') plain += rest[0] == 'e' ? '\\' : '-';
      at += 1;
    }
  }
  return plain;
}

std::vector<std::string> commands_of_the_page() {
  std::ifstream page{std::string{EVENTMGR_SOURCE_DIR} + "/man/eventmgr.7"};
  REQUIRE(page);
  std::vector<std::string> commands;
  bool literal = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with(".Bd -literal")) literal = true;
    if (line == ".Ed") literal = false;
    if (!literal) continue;
    if (line.starts_with("$ ")) {
      commands.push_back(unescape(line.substr(2)));
    } else if (line.starts_with(">")) {
      REQUIRE_FALSE(commands.empty());
      commands.back() += "\n" + unescape(line.substr(std::min<std::size_t>(2, line.size())));
    }
  }
  return commands;
}

/// What was written between the mark of one command and that of the next.
std::string output_of(const std::string& command, const std::vector<std::string>& commands, const std::string& out) {
  for (std::size_t at = 0; at < commands.size(); ++at) {
    if (!commands[at].starts_with(command)) continue;
    const auto begin = out.find("# command " + std::to_string(at) + "\n");
    return out.substr(begin, out.find("# command " + std::to_string(at + 1) + "\n") - begin);
  }
  FAIL("the page has no command " << command);
  return {};
}

}  // namespace

TEST_CASE("the commands of the worked example do what the page says") {
  const auto commands = commands_of_the_page();
  REQUIRE(commands.size() > 15);
  // Whatever happens, what was started is ended.
  std::string script = "trap 'for file in *.pid; do kill \"$(cat \"$file\")\" 2>/dev/null || true; done' EXIT\n";
  for (std::size_t at = 0; at < commands.size(); ++at) {
    script += "echo '# command " + std::to_string(at) + "'\n" + commands[at] + "\n";
  }
  const temp_dir place;
  process_options options;
  options.command = {"/bin/bash", "-e", "-o", "pipefail", place.write("page.sh", script)};
  options.working_directory = place.path();
  const auto programs = std::filesystem::path{program_path("evctl")}.parent_path().string();
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
  options.environment = {{"PATH", programs + ":" + (path != nullptr ? path : "/usr/bin:/bin")},
                         {"TMPDIR", place.path()},
                         {"XDG_CONFIG_HOME", place.path()}};
  options.unset = {"EVENTMGR_URL", "EVENTMGR_TOKEN", "EVENTMGR_CONTEXT", "DATABASE_URL"};

  const auto ended = run(options, {}, std::chrono::seconds{120});

  INFO("standard output:\n" << ended.out << "\nstandard error:\n" << ended.err);
  REQUIRE(ended.status == 0);
  const auto written = [&](const std::string& command) { return output_of(command, commands, ended.out); };
  const auto has = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };

  const auto groups = lines_of(written("evctl dlq summary"));
  REQUIRE(groups.size() == 3);
  CHECK(has(groups[1], "no rate for USD"));
  CHECK(member_of(groups[1], "count") == "10");
  CHECK(has(groups[2], "is for nothing"));
  CHECK(member_of(groups[2], "count") == "1");

  const auto edited = written("evctl dlq requeue \"$WRONG\"");
  CHECK(member_of(edited, "status") == "completed");
  CHECK(member_of(edited, "delivered") == "1");
  CHECK(member_of(written("evctl dlq requeue --all --reason 'no rate' --dry-run"), "matched") == "10");
  const auto redriven = written("evctl dlq requeue --all --reason 'no rate' --canary");
  CHECK(member_of(redriven, "status") == "completed");
  CHECK(member_of(redriven, "delivered") == "10");
  CHECK(member_of(redriven, "failed") == "0");
  CHECK(lines_of(written("evctl dlq plans list")).size() >= 3);

  const auto story = written("evctl events trace");
  CHECK(has(story, "billing"));
  CHECK(has(story, "is for nothing"));
  CHECK(has(story, "billing/failed"));
  CHECK(has(story, "\"success\":true"));
  const auto happened = lines_of(written("evctl events trace \"$EVENT\" --timeline"));
  const auto requeue = std::ranges::find(happened, "requeue", [](const auto& line) { return member_of(line, "kind"); });
  REQUIRE(requeue != happened.end());
  CHECK(member_of(*requeue, "single") == "true");
  CHECK(member_of(*requeue, "edited") == "true");
  CHECK(member_of(*requeue, "outcome") == "delivered");
  CHECK(lines_of(written("evctl verify")).size() >= 2);
}
