#include "evctl.hpp"

#include <catch2/catch.hpp>

namespace testing = eventmgr::testing;
using eventmgr::testing::evctl;
using eventmgr::testing::lines_of;
using eventmgr::testing::member_of;

namespace {

/// Six events on three topics.
const std::string sample =
    R"({"type":"project.created","source":"s1","payload":{},"metadata":{"projectId":"p1","userId":"u1","tags":["x"]}}
{"type":"project.created","source":"s2","payload":{},"priority":"CRITICAL"}
{"type":"project.updated","source":"s1","payload":{},"correlationId":"0190163d-8694-739b-aea5-966c26f8ad90"}
{"type":"llm.tool.called","source":"s1","payload":{}}
{"type":"llm.tool.called","source":"s1","payload":{}}
{"type":"project.created","source":"s1","payload":{"last":true}}
)";

struct history_fixture {
  history_fixture() { REQUIRE(program.run({"publish", "--batch", "-"}, sample).status == 0); }

  /// The offsets of the events that a command lists.
  std::string offsets(std::vector<std::string> arguments) const {
    const auto listed = program.run(arguments);
    CHECK(listed.status == 0);
    return testing::offsets_in(listed.out);
  }

  testing::daemon broker{};
  evctl program{broker.url()};
};

}  // namespace

TEST_CASE("history is searched by every filter") {
  const history_fixture store;
  struct row {
    std::vector<std::string> filter;
    std::string offsets;
  };
  const std::vector<row> cases{{{}, "6 5 4 3 2 1 "},
                               {{"--order", "asc"}, "1 2 3 4 5 6 "},
                               {{"--limit", "2"}, "6 5 "},
                               {{"--limit", "2", "--order", "asc"}, "1 2 "},
                               {{"--all"}, "6 5 4 3 2 1 "},
                               {{"--topic", "project.*"}, "6 3 2 1 "},
                               {{"--topic", "#.called"}, "5 4 "},
                               {{"--type", "project.created"}, "6 2 1 "},
                               {{"--source", "s2"}, "2 "},
                               {{"--project", "p1"}, "1 "},
                               {{"--user", "u1"}, "1 "},
                               {{"--tag", "x"}, "1 "},
                               {{"--priority", "critical"}, "2 "},
                               {{"--correlation-id", "0190163d-8694-739b-aea5-966c26f8ad90"}, "3 "},
                               {{"--since", "1h"}, "6 5 4 3 2 1 "},
                               {{"--until", "1h"}, ""},
                               {{"--since", "2200-01-01T00:00:00Z"}, ""},
                               {{"--source", "s1", "--type", "project.created"}, "6 1 "}};
  for (const auto& [filter, offsets] : cases) {
    CAPTURE(filter);
    std::vector<std::string> command{"events", "list"};
    command.insert(command.end(), filter.begin(), filter.end());
    CHECK(store.offsets(command) == offsets);
  }
  CHECK(store.offsets({"topics", "events", "project.created", "--limit", "2"}) == "6 2 ");
}

TEST_CASE("a search that makes no sense is rejected") {
  const history_fixture store;
  CHECK(store.program.run({"events", "list", "--topic", "a..b"}).status == 6);
  for (const auto& filter : std::vector<std::vector<std::string>>{
           {"--since", "yesterday"}, {"--priority", "urgent"}, {"--correlation-id", "7"}}) {
    CAPTURE(filter);
    CHECK(store.program.run({"events", "list", filter[0], filter[1]}).status == 2);
  }
}

TEST_CASE("what is not there is not found") {
  const history_fixture store;
  CHECK(store.program.run({"events", "show", "0190163d-8694-739b-aea5-966c26f8ad90"}).status == 5);
  CHECK(store.program.run({"events", "show", "7"}).status == 2);
  CHECK(store.program.run({"topics", "show", "nothing/here"}).status == 5);
  CHECK(store.program.run({"topics", "events", "nothing/here"}).status == 5);
}

TEST_CASE("topics are listed, shown, matched and drawn") {
  const history_fixture store;
  const auto list = lines_of(store.program.run({"topics", "list"}).out);
  REQUIRE(list.size() == 3);
  CHECK(member_of(list[0], "topic") == "llm/tool/called");
  CHECK(member_of(list[1], "eventCount") == "3");
  CHECK(member_of(store.program.run({"topics", "show", "project.created"}).out, "eventCount") == "3");
  CHECK(store.program.run({"topics", "match", "project.#"}).out ==
        "{\"topic\":\"project/created\"}\n{\"topic\":\"project/updated\"}\n");
  CHECK(store.program.run({"topics", "match", "nothing"}).status == 1);
  CHECK(store.program.run({"topics", "tree", "-o", "table"}).out ==
        "├── llm\n"
        "│   └── tool\n"
        "│       └── called  2\n"
        "└── project\n"
        "    ├── created  3\n"
        "    └── updated  1\n");
  const auto tree = lines_of(store.program.run({"topics", "tree"}).out);
  REQUIRE(tree.size() == 2);
  CHECK(
      tree[1] ==
      R"({"name":"project","children":[{"name":"created","eventCount":3,"children":[]},{"name":"updated","eventCount":1,"children":[]}]})");
}

TEST_CASE("topics are declared once, and deleted when that is meant") {
  const history_fixture store;
  const auto& program = store.program;
  const auto created = program.run({"topics", "create", "new.topic", "--description", "what it is for"});
  CHECK(created.status == 0);
  CHECK(member_of(created.out, "topic") == "new/topic");
  CHECK(member_of(created.out, "description") == "what it is for");
  CHECK(program.run({"topics", "create", "new.topic"}).status == 6);
  CHECK(program.run({"topics", "create", "a/*"}).status == 6);

  const auto refused = program.run({"topics", "delete", "new.topic"});
  CHECK(refused.status == 2);
  CHECK(refused.err.find("--yes") != std::string::npos);
  const auto rehearsed = program.run({"topics", "delete", "new.topic", "--dry-run"});
  CHECK(rehearsed.status == 0);
  CHECK(rehearsed.err.find("would delete new/topic") != std::string::npos);
  CHECK(program.run({"topics", "show", "new.topic"}).status == 0);
  CHECK(program.run({"topics", "delete", "new.topic", "absent", "--yes"}).status == 5);
  CHECK(program.run({"topics", "delete", "new.topic", "--yes"}).status == 0);
  CHECK(program.run({"topics", "show", "new.topic"}).status == 5);
}

TEST_CASE("health is shown") {
  const history_fixture store;
  const auto status = store.program.run({"status"});
  CHECK(status.status == 0);
  CHECK(member_of(status.out, "status") == "healthy");
  const auto table = store.program.run({"status", "-o", "table"});
  CHECK(table.out.starts_with("status"));
  CHECK(table.out.find("dependencies.store") != std::string::npos);
}
