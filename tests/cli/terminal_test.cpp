#include "evctl.hpp"

#include <catch2/catch.hpp>

#include <csignal>

namespace testing = eventmgr::testing;
using eventmgr::testing::contains;
using eventmgr::testing::evctl;
using eventmgr::testing::process;
using eventmgr::testing::process_result;

namespace {

process_result run_on_terminal(const evctl& program, const std::vector<std::string>& arguments) {
  return eventmgr::testing::run(program.on_terminal(arguments));
}

const std::string escape{"\x1b["};

}  // namespace

TEST_CASE("on a terminal data is a table in colour, unless colour is not wanted") {
  const evctl program;
  const std::vector<std::string> command{"topics", "match", "#", "a/b"};
  const auto shown = run_on_terminal(program, command);
  CHECK(contains(shown.out, "TOPIC"));
  CHECK(contains(shown.out, escape));
  CHECK(contains(shown.out, "a/b\r\n"));

  CHECK_FALSE(contains(run_on_terminal(program, {"topics", "match", "#", "a/b", "--no-color"}).out, escape));
  auto plain = program.on_terminal(command);
  plain.environment.emplace_back("NO_COLOR", "1");
  plain.unset.clear();
  CHECK_FALSE(contains(eventmgr::testing::run(plain).out, escape));
  CHECK_FALSE(contains(run_on_terminal(program, {"topics", "match", "#", "a/b", "-o", "json"}).out, escape));
}

TEST_CASE("YAML has its lines on a terminal too") {
  const evctl program;
  const auto listed = run_on_terminal(program, {"topics", "match", "#", "a/b", "c", "-o", "yaml"});
  CHECK(listed.out == "- topic: a/b\r\n- topic: c\r\n");
  const auto shown = run_on_terminal(program, {"config", "show", "-o", "yaml"});
  CHECK(contains(shown.out, "url: \"http://127.0.0.1:3004\"\r\ntoken: false\r\n"));
}

TEST_CASE("a question is asked on a terminal, and no means no") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  REQUIRE(program.run({"topics", "create", "a"}).status == 0);
  const auto answer = [&](const std::string& text) {
    process child{program.on_terminal({"topics", "delete", "a"})};
    REQUIRE(child.wait_for_out("[y/N]"));
    child.write_stdin(text);
    return child.wait().value_or(process_result{});
  };
  const auto no = answer("n\n");
  CHECK(no.status == 1);
  CHECK(contains(no.out, "nothing was deleted"));
  const auto yes = answer("y\n");
  CHECK(yes.status == 0);
  CHECK(contains(yes.out, "deleted a"));
}

TEST_CASE("an event cannot drive the terminal of who watches it") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  const std::string hostile = R"({"type":"t","source":"s","payload":{"x":"a)"
                              "\xC2\x9B"
                              "31m\x7F"
                              R"(\u001b[2J"},"metadata":{"tags":["\u001b]0;owned\u0007\u009b"]}})"
                              "\n";
  REQUIRE(program.run({"publish", "--batch", "-"}, hostile).status == 0);
  for (const std::string format : {"table", "json", "yaml", "ndjson"}) {
    CAPTURE(format);
    const auto shown =
        run_on_terminal(program, {"subscribe", "#", "--last", "1", "--count", "1", "-o", format, "--no-color"});
    CHECK(shown.status == 0);
    CHECK(contains(shown.out, "\\u009b31m"));
    for (const std::string forbidden : {"\x1b", "\x07", "\x7F", "\xC2\x9B"})
      CHECK_FALSE(contains(shown.out, forbidden));
    const auto listed = run_on_terminal(program, {"events", "list", "-o", format, "--no-color"});
    CHECK_FALSE(contains(listed.out, "\x1b"));
  }
}

TEST_CASE("a batch shows how far it is on a terminal, and wipes that away") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  std::string batch;
  for (int number = 0; number < 3000; ++number)
    batch += R"({"type":"t","source":"s","payload":{}})"
             "\n";
  auto options = program.options({"publish", "--batch", program.home().write("batch", batch)});
  options.stderr_terminal = true;
  const auto ended = eventmgr::testing::run(options);
  CHECK(ended.status == 0);
  CHECK(ended.out == "{\"published\":3000,\"duplicates\":0,\"failed\":0}\n");
  CHECK(contains(ended.err, " events"));
  CHECK(ended.err.ends_with("\r\x1b[K"));
}

TEST_CASE("the interrupt key ends a tail") {
  const testing::daemon broker;
  const evctl program{broker.url()};
  process tail{program.on_terminal({"subscribe", "#"})};
  REQUIRE(tail.wait_for_out("subscribed at "));
  tail.write_stdin("\x03");
  const auto ended = tail.wait();
  REQUIRE(ended);
  CHECK(ended->status == 130);
}
