#include "evctl.hpp"

#include <catch2/catch.hpp>

using eventmgr::testing::evctl;
using eventmgr::testing::lines_of;

TEST_CASE("help and version go to standard output and succeed") {
  const evctl program;
  const auto help = program.run({"--help"});
  CHECK(help.status == 0);
  CHECK(help.out.find("publish") != std::string::npos);
  CHECK(help.err.empty());

  const auto version = program.run({"--version"});
  CHECK(version.status == 0);
  CHECK(version.out.starts_with("evctl "));
  CHECK(lines_of(version.out).size() == 1);
}

TEST_CASE("a wrong command line is a usage error, said on standard error") {
  const evctl program;
  const std::vector<std::vector<std::string>> cases{{},
                                                    {"nonsense"},
                                                    {"topics"},
                                                    {"publish"},
                                                    {"publish", "a", "--nonsense"},
                                                    {"publish", "a", "--batch", "x"},
                                                    {"subscribe"},
                                                    {"subscribe", "#", "--last", "0"},
                                                    {"subscribe", "#", "--last", "3", "--since", "5m"},
                                                    {"subscribe", "#", "--window", "2"},
                                                    {"events", "list", "--limit", "0"},
                                                    {"events", "list", "--all", "--limit", "3"},
                                                    {"events", "list", "--order", "up"},
                                                    {"status", "-o", "xml"},
                                                    {"status", "--url", "http://x", "--context", "y"}};
  for (const auto& arguments : cases) {
    CAPTURE(arguments);
    const auto ended = program.run(arguments);
    CHECK(ended.status == 2);
    CHECK(ended.out.empty());
    CHECK_FALSE(ended.err.empty());
  }
}

TEST_CASE("a wrong command line is told what there is instead, and where its help is") {
  const evctl program;
  CHECK(program.run({"dlq", "plans"}).err ==
        "evctl dlq plans: a command is required: list, show, cancel, resume\nSee evctl dlq plans --help\n");
  CHECK(program.run({"dlq", "plan"}).err ==
        "evctl dlq: there is no command plan: list, show, summary, requeue, discard, export, plans\n"
        "See evctl dlq --help\n");
  CHECK(program.run({"topics", "--nonsense"}).err ==
        "evctl topics: there is no option --nonsense\nSee evctl topics --help\n");
  CHECK(program.run({"dlq", "requeue", "--rate", "0"}).err ==
        "evctl dlq requeue: --rate: takes a number from 0.001 to 1000000, not 0\nSee evctl dlq requeue --help\n");
}

TEST_CASE("patterns are matched without a daemon") {
  const evctl program{"http://127.0.0.1:1"};
  const auto some = program.run({"topics", "match", "project.#", "project", "project.member.added", "other"});
  CHECK(some.status == 0);
  CHECK(some.out == "{\"topic\":\"project\"}\n{\"topic\":\"project/member/added\"}\n");

  const auto none = program.run({"topics", "match", "project.*", "project/member/added"});
  CHECK(none.status == 1);
  CHECK(none.out.empty());

  CHECK(program.run({"topics", "match", "a..b", "a"}).status == 6);
  CHECK(program.run({"topics", "match", "a", "a/*"}).status == 6);
}

TEST_CASE("a list is written in each format") {
  const evctl program;
  const auto in = [&](const std::string& format) {
    return program.run({"topics", "match", "#", "a", "b/c", "-o", format}).out;
  };
  CHECK(in("ndjson") == "{\"topic\":\"a\"}\n{\"topic\":\"b/c\"}\n");
  CHECK(in("json") == "[\n  {\"topic\":\"a\"},\n  {\"topic\":\"b/c\"}\n]\n");
  CHECK(in("yaml") == "- topic: a\n- topic: b/c\n");
  CHECK(in("table") == "TOPIC\na\nb/c\n");
}

TEST_CASE("an empty list is still a document") {
  const evctl program;
  const auto in = [&](const std::string& format) {
    return program.run({"topics", "match", "x", "a", "-o", format}).out;
  };
  CHECK(in("ndjson").empty());
  CHECK(in("json") == "[]\n");
  CHECK(in("yaml") == "[]\n");
  CHECK(in("table") == "TOPIC\n");
}

TEST_CASE("a daemon that cannot be reached is said so") {
  const evctl program{"http://127.0.0.1:1"};
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"status"}, {"publish", "a"}, {"subscribe", "#"}, {"topics", "list"}, {"events", "list"}}) {
    CAPTURE(arguments);
    const auto ended = program.run(arguments);
    CHECK(ended.status == 3);
    CHECK(ended.out.empty());
    CHECK(ended.err.find("cannot reach http://127.0.0.1:1: ") != std::string::npos);
  }
}

TEST_CASE("what is not a JSON object is rejected before it is sent") {
  const evctl program{"http://127.0.0.1:1"};
  for (const std::string data : {"{", "[]", "1", "{},\"topic\":\"x\"", ""}) {
    CAPTURE(data);
    CHECK(program.run({"publish", "a", "--data", "-"}, data).status == 6);
  }
  CHECK(program.run({"publish", "a", "--data", "@/nonexistent"}).status == 6);
  CHECK(program.run({"subscribe", "a", "--filter", "{"}).status == 6);
  CHECK(program.run({"replay", "--filter", "[]"}).status == 6);
  CHECK(program.run({"dlq", "requeue", "--all", "--patch", "1"}).status == 6);
  CHECK(program.run({"subscriptions", "edit", "a", "--patch", ""}).status == 6);
}

TEST_CASE("a value that an option cannot take is a usage error that names the option") {
  const evctl program{"http://127.0.0.1:1"};
  const auto refused = program.run({"publish", "a", "--priority", "urgent", "--data", "{"});
  CHECK(refused.status == 2);
  CHECK(refused.out.empty());
  CHECK(refused.err ==
        "evctl publish: --priority: takes critical, high, normal or low, or 0 to 3, not urgent\n"
        "See evctl publish --help\n");
}
