#include "dlq_fixture.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace eventmgr::testing;

namespace {

std::string id_of(const std::string& dead_letter) { return member_of(dead_letter, "id"); }

}  // namespace

TEST_CASE("dead letters are summarised by what failed") {
  dlq_fixture here;
  here.fail(3);
  here.fail(1, R"({"worse":true})", "orders/cancelled");
  here.repair();
  const auto groups = lines_of(here.run({"dlq", "summary"}).out);
  REQUIRE(groups.size() == 1);
  CHECK(member_of(groups[0], "count") == "4");
  const auto fingerprint = member_of(groups[0], "fingerprint");
  CHECK(fingerprint.size() == 16);

  const auto table = here.run({"dlq", "summary", "-o", "table"});
  CHECK(contains(table.out, "WHAT FAILED"));
  CHECK(contains(table.out, "no such order"));
  CHECK(contains(table.out, "hook"));
  CHECK(contains(table.err, "evctl dlq requeue --all --fingerprint " + fingerprint));
  CHECK(lines_of(here.run({"dlq", "list", "--fingerprint", fingerprint}).out).size() == 4);
  CHECK(here.run({"dlq", "list", "--fingerprint", "0000000000000000"}).out.empty());
  CHECK(member_of(lines_of(here.run({"dlq", "summary", "--topic", "orders.cancelled"}).out)[0], "count") == "1");
}

TEST_CASE("requeueing many is rehearsed, and needs a yes") {
  dlq_fixture here;
  here.fail(4);
  const auto rehearsed = here.run({"dlq", "requeue", "--all", "--dry-run"});
  CHECK(rehearsed.status == 0);
  CHECK(member_of(rehearsed.out, "matched") == "4");
  CHECK(member_of(rehearsed.out, "dryRun") == "true");
  const auto refused = here.run({"dlq", "requeue", "--all"});
  CHECK(refused.status == 2);
  CHECK(contains(refused.err, "--yes"));
  CHECK(here.run({"dlq", "requeue"}).status == 2);
  CHECK(here.run({"dlq", "requeue", "--topic", "a"}).status == 2);
  CHECK(here.run({"dlq", "requeue", "--all", "--topic", "nothing", "--yes"}).status == 1);
  CHECK(here.open().size() == 4);

  process asked{here.program().on_terminal({"dlq", "requeue", "--all", "--limit", "3"})};
  REQUIRE(asked.wait_for_out("Deliver 3 dead letters, the oldest of "));
  asked.write_stdin("n\n");
  const auto answered = asked.wait();
  REQUIRE(answered);
  CHECK(answered->status == 1);
  CHECK(contains(answered->out, "nothing was requeued"));
}

TEST_CASE("the end of a plan is waited for, and how it ended is the exit status") {
  dlq_fixture here;
  here.fail(3);
  here.fail(2, R"({"worse":true})", "orders/cancelled");
  const std::vector<std::string> requeue{"dlq", "requeue", "--all", "--yes", "--wait"};
  const auto none = here.run(requeue);
  CHECK(none.status == 1);
  CHECK(member_of(none.out, "status") == "completed");
  CHECK(member_of(none.out, "failed") == "5");
  CHECK(here.open().size() == 5);

  here.repair();
  const auto part = here.run(requeue);
  CHECK(part.status == 8);
  CHECK(member_of(part.out, "delivered") == "3");
  CHECK(member_of(part.out, "failed") == "2");
  CHECK(here.open().size() == 2);
  CHECK(lines_of(here.run({"dlq", "list", "--state", "delivered"}).out).size() == 3);

  here.fail(1, R"({"worse":true})", "orders/cancelled");
  const auto single = here.run({"dlq", "requeue", id_of(here.open()[0]), "--patch", R"({"worse":null})", "--wait"});
  CHECK(single.status == 0);
  CHECK(member_of(single.out, "delivered") == "1");
  CHECK(contains(here.receiver().requests("/hook").back().body, R"("payload":{})"));
}

TEST_CASE("a canary that fails stops the plan, and it can be resumed") {
  dlq_fixture here;
  here.fail(6);
  const auto stopped = here.run({"dlq", "requeue", "--all", "--canary", "2", "--rate", "1000", "--yes", "--wait"});
  CHECK(stopped.status == 1);
  CHECK(member_of(stopped.out, "status") == "stopped");
  CHECK(contains(stopped.err, "the plan was stopped"));
  const auto plan = member_of(stopped.out, "planId");
  CHECK(here.open().size() == 6);

  here.repair();
  const auto resumed = here.run({"dlq", "plans", "resume", plan, "--wait"});
  CHECK(member_of(resumed.out, "status") == "completed");
  const auto listed = lines_of(here.run({"dlq", "plans", "list"}).out);
  REQUIRE(listed.size() == 1);
  CHECK(member_of(listed[0], "planId") == plan);
  CHECK(member_of(here.run({"dlq", "plans", "show", plan}).out, "status") == "completed");
  CHECK(here.run({"dlq", "plans", "cancel", plan}).status == 6);
  CHECK(here.run({"dlq", "plans", "show", "0190163d-8694-739b-aea5-966c26f8ad90"}).status == 5);
  CHECK(here.run({"dlq", "plans", "show", "7"}).status == 2);
}

TEST_CASE("a plan can be cancelled, and what is left stays a dead letter") {
  dlq_fixture here;
  here.fail(5);
  here.repair();
  const auto begun = here.run({"dlq", "requeue", "--all", "--rate", "0.05", "--yes"});
  REQUIRE(begun.status == 0);
  const auto plan = member_of(begun.out, "planId");
  const auto rehearsed = here.run({"dlq", "plans", "cancel", plan, "--dry-run"});
  CHECK(rehearsed.status == 0);
  CHECK(contains(rehearsed.err, "would cancel plan " + plan + ", with "));
  CHECK(contains(rehearsed.err, " of its 5 dead letters left"));
  CHECK(here.run({"dlq", "plans", "cancel", plan}).status == 2);
  CHECK(member_of(here.run({"dlq", "plans", "show", plan}).out, "status") == "running");
  CHECK(here.run({"dlq", "plans", "cancel", plan, "--yes"}).status == 0);
  const auto shown = here.run({"dlq", "plans", "show", plan, "--wait"});
  CHECK(shown.status == 1);
  CHECK(member_of(shown.out, "status") == "cancelled");
  CHECK(here.open().size() >= 3);
}

TEST_CASE("one is edited in an editor, and delivered with the change") {
  dlq_fixture here;
  here.fail(1, R"({"bad":true,"cost":1.50})");
  const auto id = id_of(here.open()[0]);
  CHECK(here.run({"dlq", "requeue", id, "--edit"}).status == 2);
  CHECK(here.run({"dlq", "requeue", "--all", "--edit"}).status == 2);

  const auto edit = [&](const std::string& editor) {
    auto options = here.program().on_terminal({"dlq", "requeue", id, "--edit", "--wait", "-o", "json"});
    options.environment.emplace_back("EDITOR", editor);
    options.unset.emplace_back("VISUAL");
    process child{options};
    child.write_stdin("n\n");
    return child.wait().value_or(process_result{});
  };
  CHECK(contains(edit("true").out, "the payload was not changed"));
  CHECK(edit("false").status == 6);
  CHECK(contains(edit("echo nonsense >").out, "must be a JSON object"));
  const auto edited = edit("sed -i s/true/false/");
  CHECK(edited.status == 0);
  CHECK(contains(edited.out, R"("patch":{"bad":false})"));
  CHECK(contains(here.receiver().requests("/hook").back().body, R"("payload":{"bad":false,"cost":1.50})"));
  CHECK(here.open().empty());
}

TEST_CASE("dead letters are discarded when that is meant") {
  dlq_fixture here;
  here.fail(3);
  const auto id = id_of(here.open()[0]);
  CHECK(here.run({"dlq", "discard", id}).status == 2);
  CHECK(member_of(here.run({"dlq", "discard", "--all", "--dry-run"}).out, "matched") == "3");
  CHECK(here.run({"dlq", "discard", "0190163d-8694-739b-aea5-966c26f8ad90", "--yes"}).status == 5);
  CHECK(here.open().size() == 3);
  const auto one = here.run({"dlq", "discard", id, "--yes"});
  CHECK(one.status == 0);
  CHECK(member_of(one.out, "discarded") == "1");
  CHECK(here.run({"dlq", "discard", id, "--yes"}).status == 1);
  CHECK(here.run({"dlq", "requeue", id}).status == 6);
  CHECK(member_of(here.run({"dlq", "discard", "--all", "--yes"}).out, "discarded") == "2");
  CHECK(here.open().empty());
}

TEST_CASE("the oldest dead letters are discarded, as many as are wanted") {
  dlq_fixture here;
  here.fail(1);
  here.fail(2);
  const auto letters = here.open();
  CHECK(here.run({"dlq", "discard", id_of(letters[0]), "--limit", "1"}).status == 2);
  CHECK(here.run({"dlq", "discard", "--all", "--limit", "0"}).status == 2);
  CHECK(member_of(here.run({"dlq", "discard", "--all", "--limit", "1", "--dry-run"}).out, "matched") == "1");
  const auto one = here.run({"dlq", "discard", "--all", "--limit", "1", "--yes"});
  CHECK(one.status == 0);
  CHECK(member_of(one.out, "discarded") == "1");
  const auto left = here.open();
  REQUIRE(left.size() == 2);
  CHECK(std::ranges::find(left, letters[0]) == left.end());
}

TEST_CASE("every dead letter is exported") {
  dlq_fixture here;
  here.fail(5);
  const auto lines = lines_of(here.run({"dlq", "export"}).out);
  CHECK(lines == here.open());
  const auto path = here.program().home().file("dead");
  CHECK(member_of(here.run({"dlq", "export", "--topic", "orders.#", "-f", path}).out, "exported") == "5");
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  CHECK(lines_of(text.str()) == lines);
  CHECK(lines_of(here.run({"dlq", "export", "-f", "-"}).out) == lines);
}
