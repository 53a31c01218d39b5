#include "redelivery_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using seqs = std::vector<std::uint64_t>;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a replay delivers a stretch of the log once more, marked, and leaves the ledger alone") {
  redelivery_fixture f;
  f.create(f.webhook("s"));
  f.deliver(5);

  const replay_info begun = f.replay({.from = offset{2}, .to = offset{5}});
  f.advance(milliseconds{200});

  CHECK(f.receiver().seqs() == seqs{2, 3, 4});
  CHECK(f.receiver().sent.front().front().replay);
  const replay_info ended = f.replayed(begun.id);
  CHECK(ended.status == replay_status::completed);
  CHECK(ended.events_to_replay == 3);
  CHECK(ended.events_replayed == 3);
  CHECK(f.stats("s").acknowledged == 5);
  CHECK(f.stats("s").matched == 5);
}

TEST_CASE("a replay goes to the subscriptions that it names, by what they match") {
  redelivery_fixture f;
  auto other = f.webhook("other", "b");
  other.endpoint = "https://other.test/hook";
  f.create(f.webhook("s", "a"));
  f.create(other);
  fake_receiver& second = f.channels.at("https://other.test/hook");
  f.receiver().answer = second.answer = [](const auto&) { return ok(); };
  f.publish("a", 2);
  f.publish("b", 2);
  f.advance(milliseconds{100});
  f.receiver().sent.clear();
  second.sent.clear();

  const replay_info all = f.replay();
  f.advance(milliseconds{200});
  CHECK(f.receiver().seqs() == seqs{1, 2});
  CHECK(second.seqs() == seqs{3, 4});
  CHECK(f.replayed(all.id).events_replayed == 4);

  f.replay({.subscriptions = {"other"}});
  f.advance(milliseconds{200});
  CHECK(f.receiver().seqs() == seqs{1, 2});
  CHECK(second.seqs() == seqs{3, 4, 3, 4});
}

TEST_CASE("a replay survives a crash, and repeats no more than what was not yet written") {
  redelivery_fixture f;
  f.create(f.webhook("s"));
  f.deliver(4);
  f.receiver().answer = nullptr;

  const replay_info begun = f.replay();
  f.end_next(ok());
  f.end_next(ok());
  f.advance(milliseconds{100});
  f.receiver().answer = [](const auto&) { return ok(); };
  f.crash();
  f.advance(milliseconds{200});

  CHECK(f.receiver().seqs() == seqs{1, 2, 3, 3, 4});
  CHECK(f.replayed(begun.id).status == replay_status::completed);
  CHECK(f.replayed(begun.id).targets.front().delivered == 4);
}

TEST_CASE("a replay at its original pace keeps the distances") {
  redelivery_fixture f;
  f.create(f.webhook("s"));
  f.deliver(1);
  f.advance(milliseconds{3900});
  f.deliver(1);

  f.replay({.speed = 2});
  f.advance(milliseconds{1900});
  CHECK(f.receiver().seqs() == seqs{1});
  f.advance(milliseconds{200});
  CHECK(f.receiver().seqs() == seqs{1, 2});
}

TEST_CASE("a replay holds half of the concurrency, and an eighth of it beside live events") {
  redelivery_fixture f;
  auto wide = f.webhook("s");
  wide.options.max_concurrency = 16;
  f.create(wide);
  f.deliver(20);
  f.advance(seconds{5});
  f.receiver().answer = nullptr;

  f.replay();
  CHECK(f.receiver().sent.size() == 8);

  f.publish("a");
  CHECK(f.receiver().sent.size() == 9);
  for (int i = 0; i < 7; ++i) f.end_next(ok());
  CHECK(f.receiver().sent.size() == 10);
  f.advance(seconds{2});
  f.end_next(ok());
  CHECK(f.receiver().sent.size() == 17);
}

TEST_CASE("what a replay gives up becomes a dead letter that the ledger does not count") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.deliver(2);
  f.receiver().answer = [](const auto&) { return refused(); };

  const replay_info begun = f.replay();
  f.advance(milliseconds{200});

  CHECK(f.replayed(begun.id).status == replay_status::completed);
  CHECK(f.replayed(begun.id).targets.front().failed == 2);
  CHECK(f.letters().size() == 2);
  CHECK(f.stats("s").dead == 0);
}

TEST_CASE("what a replay gives up again has the attempts of both") {
  redelivery_fixture f;
  auto definition = f.webhook("s");
  definition.options.retry.max_retries = 1;
  f.create(definition);
  f.receiver().answer = [](const auto&) { return refused(); };
  f.publish("a");
  f.advance(seconds{2});
  REQUIRE(f.letters().front().retry_count == 1);

  f.replay();
  f.advance(seconds{2});

  CHECK(f.receiver().sent.back().front().attempt == 2);
  CHECK(f.letters().front().attempts.size() == 4);
  CHECK(f.letters().front().retry_count == 3);
}

TEST_CASE("a replay that gives up what had been delivered makes its copy, once") {
  redelivery_fixture f;
  auto definition = f.brittle("s", "a");
  definition.options.dead_letter_topic = topic("dead");
  f.create(definition);
  f.receiver().answer = [](const auto&) { return ok(); };
  const auto copies = std::make_shared<recording_sink>();
  const auto tail = f.open_tail("dead", copies);
  f.publish("a");
  f.advance(milliseconds{100});
  f.receiver().answer = [](const auto&) { return refused(); };

  f.replay();
  f.advance(milliseconds{200});
  CHECK(copies->topics == std::vector<std::string>{"dead"});
  CHECK(f.subject->metrics().dead_letter_count == 1);

  f.replay();
  f.advance(milliseconds{200});
  CHECK(copies->topics.size() == 1);
  CHECK(f.letters().front().retry_count == 1);
}

TEST_CASE("a success of a replay closes the event's dead letter") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.bury(1);

  f.replay();
  f.advance(milliseconds{200});

  CHECK(f.letters().empty());
  CHECK(f.letters(dead_letter_state::delivered).size() == 1);
}

TEST_CASE("a replay that is cancelled delivers nothing more") {
  redelivery_fixture f;
  f.create(f.webhook("s"));
  f.deliver(1);
  f.advance(milliseconds{3900});
  f.deliver(1);
  const replay_info begun = f.replay({.speed = 1});
  f.advance(milliseconds{100});

  const auto ended = f.cancel(begun.id);

  CHECK(ended.value().status == replay_status::cancelled);
  f.advance(seconds{10});
  CHECK(f.receiver().seqs() == seqs{1});
  CHECK(f.replayed(begun.id).status == replay_status::cancelled);
  CHECK(f.cancel(begun.id).error().code == errc::conflict);
}

TEST_CASE("a replay whose only subscription is deleted has failed") {
  redelivery_fixture f;
  f.create(f.webhook("s"));
  f.deliver(2);
  f.receiver().answer = nullptr;
  const replay_info begun = f.replay();

  f.remove("s");
  f.advance(milliseconds{100});

  CHECK(f.replayed(begun.id).status == replay_status::failed);
}

TEST_CASE("a replay goes on over a seek of its subscription") {
  redelivery_fixture f;
  f.create(f.webhook("s"));
  f.deliver(2);
  f.receiver().answer = nullptr;
  const replay_info begun = f.replay();
  f.receiver().answer = [](const auto&) { return ok(); };

  f.seek("s", start_now{});
  f.advance(milliseconds{300});

  CHECK(f.replayed(begun.id).status == replay_status::completed);
  CHECK(f.replayed(begun.id).targets.front().delivered == 2);
}

TEST_CASE("a replay looks into an event once for all of its subscriptions") {
  redelivery_fixture f;
  f.receiver().answer = [](const auto&) { return ok(); };
  for (int i = 0; i < 8; ++i) {
    auto one = f.webhook("s" + std::to_string(i));
    one.filter = R"({"payload":{"x":1}})";
    one.endpoint = f.url + std::to_string(i);
    f.channels.at(one.endpoint).answer = f.receiver().answer;
    f.create(one);
  }
  f.subject->publish({make_event("a", R"({"x":1})")}, [](const auto&) {});
  f.settle();
  f.advance(milliseconds{100});
  f.documents.opened.clear();

  const replay_info begun = f.replay();
  f.advance(milliseconds{200});

  CHECK(f.replayed(begun.id).status == replay_status::completed);
  CHECK(f.channels.at(f.url + std::string{"7"}).sent.size() == 2);
  // To count them, and to deliver.
  CHECK(f.documents.opened.at(1) == 2);
}

TEST_CASE("a preview of a replay counts by subscription") {
  redelivery_fixture f;
  f.create(f.webhook("s", "a"));
  f.create(f.webhook("t", "#"));
  f.receiver().answer = [](const auto&) { return ok(); };
  f.publish("a", 3);
  f.publish("b", 2);

  const auto shown = f.ask<replay_preview>([&](auto& face, auto done) { face.preview_replay({}, done); });

  REQUIRE(shown.has_value());
  CHECK(shown->events_to_replay == 5);
  REQUIRE(shown->targets.size() == 2);
  for (const auto& target : shown->targets) CHECK(target.events == (target.name == "s" ? 3U : 5U));
}

TEST_CASE("a replay of nothing is completed at once, and its preview counts nothing") {
  redelivery_fixture f;
  f.create(f.webhook("s", "a"));
  f.receiver().answer = [](const auto&) { return ok(); };
  const auto check = [&](const replay_request& request) {
    const auto shown = f.ask<replay_preview>([&](auto& face, auto done) { face.preview_replay(request, done); });
    REQUIRE(shown.has_value());
    CHECK(shown->events_to_replay == 0);
    REQUIRE(shown->targets.size() == 1);
    CHECK(shown->targets.front().events == 0);
    const replay_info begun = f.replay(request);
    f.advance(milliseconds{100});
    const replay_info ended = f.replayed(begun.id);
    CHECK(ended.status == replay_status::completed);
    CHECK(ended.events_to_replay == 0);
    CHECK(ended.events_replayed == 0);
  };
  check({});
  f.publish("a", 3);
  f.advance(milliseconds{100});
  check({.from = start_now{}});
  check({.from = offset{2}, .to = offset{2}});
  // Of what matches there is nothing either.
  check({.topics = {topic_pattern::parse("b").value()}});
  CHECK(f.receiver().seqs() == seqs{1, 2, 3});
}

TEST_CASE("a replay that cannot be made says why") {
  redelivery_fixture f;
  const auto refusal = [&](replay_request request) {
    return f.ask<replay_info>([&](auto& face, auto done) { face.replay(std::move(request), done); }).error();
  };
  CHECK(refusal({}).details.front().pointer == "/subscriptions");
  f.create(f.webhook("s"));
  CHECK(refusal({.subscriptions = {"s", "x"}}).code == errc::not_found);
  CHECK(refusal({.from = offset{7}}).details.front().pointer == "/from");
  f.publish("a", 3);
  CHECK(refusal({.from = offset{3}, .to = offset{2}}).details.front() ==
        problem{.pointer = "/to", .message = "must not be before from"});
  // Whether or not anything came between the two.
  CHECK(refusal({.from = f.time.now(), .to = f.time.now() - seconds{1}}).details.front() ==
        problem{.pointer = "/to", .message = "must not be before from"});
  f.advance(seconds{10});
  CHECK(refusal({.from = f.time.now(), .to = f.time.now() - seconds{1}}).details.front() ==
        problem{.pointer = "/to", .message = "must not be before from"});
  CHECK(refusal({.filter = R"({"nonsense":1})"}).details.front().pointer.starts_with("/filter"));
}

TEST_CASE("no more than a hundred replays are under way, however close together they are asked for") {
  redelivery_fixture f;
  f.create(f.brittle("s"));
  f.deliver(1);
  f.receiver().answer = nullptr;
  std::size_t made = 0;
  std::vector<errc> refused;
  const auto ask = [&](std::vector<std::string> names) {
    f.subject->redeliveries().replay({.subscriptions = std::move(names)}, [&](const result<replay_info>& came) {
      if (came.has_value()) {
        ++made;
      } else {
        refused.push_back(came.error().code);
      }
    });
  };
  // Those that fail leave their place to others.
  for (int i = 0; i < 100; ++i) ask({"unknown"});
  f.settle();
  CHECK(refused == std::vector<errc>(100, errc::not_found));
  refused.clear();
  for (int i = 0; i < 102; ++i) ask({"s"});
  f.settle();
  CHECK(made == 100);
  CHECK(refused == std::vector<errc>(2, errc::conflict));
}

}  // namespace
}  // namespace eventmgr::test
