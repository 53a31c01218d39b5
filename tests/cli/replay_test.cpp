#include "dlq_fixture.hpp"

using namespace eventmgr::testing;

namespace {

/// A daemon with two subscriptions, and five events that both have got.
struct replay_fixture {
  replay_fixture() {
    create("one", "/one/ok");
    create("two", "/two/ok");
    std::string batch;
    for (int number = 1; number <= 5; ++number) {
      batch += R"({"type":"t","source":"s","topic":"a/b","payload":{"n":)" + std::to_string(number) + "}}\n";
    }
    REQUIRE(program.run({"publish", "--batch", "-"}, batch).status == 0);
    REQUIRE(receiver.wait_for("/one/ok", 5, default_patience));
    REQUIRE(receiver.wait_for("/two/ok", 5, default_patience));
  }

  void create(const std::string& name, const std::string& path) {
    receiver.treat(path, [](const webhook_request&) { return webhook_reply{}; });
    REQUIRE(program.run({"subscriptions", "create", "--name", name, "--topic", "#", "--endpoint", receiver.url(path)})
                .status == 0);
  }

  process_result replay(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "replay");
    return program.run(arguments);
  }

  eventmgr::testing::daemon broker{};
  evctl program{broker.url()};
  webhook_receiver receiver{};
};

}  // namespace

TEST_CASE("a replay is rehearsed, and needs a yes") {
  const replay_fixture here;
  const auto rehearsed = here.replay({"--dry-run"});
  CHECK(rehearsed.status == 0);
  CHECK(member_of(rehearsed.out, "eventsToReplay") == "5");
  CHECK(member_of(here.replay({"--from", "2", "--to", "4", "--dry-run"}).out, "eventsToReplay") == "2");
  CHECK(member_of(here.replay({"--from", "1h", "--topic", "a.*", "--dry-run"}).out, "eventsToReplay") == "5");
  const auto filtered = here.replay({"--filter", R"({"payload":{"n":{"gt":3}}})", "--dry-run"});
  CHECK(member_of(filtered.out, "eventsToReplay") == "2");

  const auto nothing = here.replay({"--from", "now", "--dry-run"});
  CHECK(nothing.status == 0);
  CHECK(member_of(nothing.out, "eventsToReplay") == "0");
  CHECK(here.replay({"--from", "now", "--yes"}).status == 1);

  const auto refused = here.replay({});
  CHECK(refused.status == 2);
  CHECK(contains(refused.err, "--yes"));
  CHECK(here.replay({"--topic", "nothing", "--yes"}).status == 1);
  CHECK(here.replay({"--from", "yesterday", "--yes"}).status == 2);
  CHECK(here.replay({"--to-subscription", "absent", "--yes"}).status != 0);
  CHECK(here.replay({"--from", "1h", "status"}).status == 2);
  CHECK(here.receiver.count("/one/ok") == 5);
}

TEST_CASE("a replay delivers to the subscriptions that are named, and is waited for") {
  const replay_fixture here;
  const auto done = here.replay({"--to-subscription", "one", "--yes", "--wait"});
  CHECK(done.status == 0);
  CHECK(member_of(done.out, "status") == "completed");
  CHECK(member_of(done.out, "eventsReplayed") == "5");
  CHECK(here.receiver.count("/one/ok") == 10);
  CHECK(here.receiver.count("/two/ok") == 5);
  CHECK_FALSE(here.receiver.requests("/one/ok").back().header("x-eventmgr-replay").empty());

  const auto id = member_of(done.out, "replayId");
  CHECK(member_of(here.replay({"status"}).out, "replayId") == id);
  CHECK(member_of(here.replay({"status", id, "--wait"}).out, "status") == "completed");
  const auto listed = lines_of(here.replay({"list"}).out);
  REQUIRE(listed.size() == 1);
  CHECK(member_of(listed[0], "replayId") == id);
  CHECK(here.replay({"cancel", id}).status == 6);
}

TEST_CASE("deliveries of a replay that fail for good make it 8") {
  replay_fixture here;
  here.receiver.treat("/one/ok", [](const webhook_request&) {
    return webhook_reply{.body = R"({"success":false,"error":"no","retry":false})"};
  });
  const auto done = here.replay({"--to-subscription", "one", "--from", "5", "--yes", "--wait"});
  CHECK(done.status == 8);
  CHECK(contains(done.err, "1 delivery failed for good"));
}

TEST_CASE("a replay can be cancelled") {
  replay_fixture here;
  here.receiver.treat("/one/ok",
                      [](const webhook_request&) { return webhook_reply{.how = webhook_reply::manner::hang}; });
  const auto begun = here.replay({"--to-subscription", "one", "--yes"});
  REQUIRE(begun.status == 0);
  const auto id = member_of(begun.out, "replayId");
  const auto rehearsed = here.replay({"cancel", id, "--dry-run"});
  CHECK(rehearsed.status == 0);
  CHECK(contains(rehearsed.err, "would cancel replay " + id + ", with "));
  CHECK(here.replay({"cancel", id}).status == 2);
  CHECK(here.replay({"cancel", id, "--yes"}).status == 0);
  const auto ended = here.replay({"status", id, "--wait"});
  CHECK(ended.status == 1);
  CHECK(member_of(ended.out, "status") == "cancelled");
  CHECK(here.replay({"status", "0190163d-8694-739b-aea5-966c26f8ad90"}).status == 5);
}
