#include "damaged_snapshot.hpp"
#include "proof_fixture.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using lines = std::vector<std::string>;

struct damage {
  std::string name{};
  std::function<void(damaged_snapshot&)> make{};
  lines found{};
};

std::vector<damage> damages() {
  return {
      {"none", [](damaged_snapshot&) {}, {}},
      {"an event that matched is gone",
       [](damaged_snapshot& from) { from.of_event = [](event& each) { return each.seq.value != 5; }; },
       {"log 0/5: the event is missing",
        "ledger 0/- block 0 s: the ledger says that 10 events in offsets 0 to 65535 matched; by its filter and the log "
        "it is 9",
        "ids 0/-: the index of event ids has 12 entries, the log 11 events"}},
      {"an event that nobody wanted is gone",
       [](damaged_snapshot& from) { from.of_event = [](event& each) { return each.seq.value != 11; }; },
       {"log 0/11: the event is missing", "ids 0/-: the index of event ids has 12 entries, the log 11 events"}},
      {"the first events are gone",
       [](damaged_snapshot& from) { from.of_event = [](event& each) { return each.seq.value > 3; }; },
       {"log 0/1: 3 events are missing, up to offset 3",
        "ledger 0/- block 0 s: the ledger says that 10 events in offsets 0 to 65535 matched; by its filter and the log "
        "it is 7",
        "ids 0/-: the index of event ids has 12 entries, the log 9 events"}},
      {"the end of the log is cut off",
       [](damaged_snapshot& from) { from.of_event = [](event& each) { return each.seq.value < 11; }; },
       {"log 0/11: 2 events are missing, up to offset 12",
        "ids 0/-: the index of event ids has 12 entries, the log 10 events"}},
      {"the end of the log is cut off, and the store does not remember it",
       [](damaged_snapshot& from) {
         from.of_event = [](event& each) { return each.seq.value < 12; };
         from.of_claim = [](partition_claim& claim) { claim.head = {11}; };
       },
       {"ledger 0/12 s: the subscription has passed this offset, the log ends at 11",
        "ledger 0/12 s: the subscription has passed this offset, the log ends at 11",
        "ledger 0/12 s: the subscription has passed this offset, the log ends at 11",
        "ledger 0/12 s: the subscription has passed this offset, the log ends at 11",
        "ids 0/-: the index of event ids has 12 entries, the log 11 events"}},
      {"an event was changed so that it does not match",
       [](damaged_snapshot& from) {
         from.of_event = [](event& each) {
           if (each.seq.value == 2) each.topic = topic("z");
           return true;
         };
       },
       {"ledger 0/- block 0 s: the ledger says that 10 events in offsets 0 to 65535 matched; by its filter and the log "
        "it is 9"}},
      {"two events have one id",
       [](damaged_snapshot& from) {
         from.of_id = [](store_snapshot::id_entry& each) {
           if (each.seq.value == 2 || each.seq.value == 3) each.id = {};
         };
       },
       {"ids 0/3: event id 00000000-0000-0000-0000-000000000000 is also that of offset 2 of partition 0"}},
      {"the exception is gone",
       [](damaged_snapshot& from) { from.of_exception = [](exception_record&) { return false; }; },
       {"ledger 0/- block 0 s: of 10 events in offsets 0 to 65535 that matched, 9 are accounted for: 8 acknowledged, 0 "
        "expired, 1 dead, 0 skipped, 0 waiting for a retry"}},
      {"the exception is of an event that there is not",
       [](damaged_snapshot& from) {
         from.of_exception = [](exception_record& row) {
           row.key.seq = {13};
           return true;
         };
       },
       {"exceptions 0/13 s: an event that waits for its next attempt is not in the log",
        "ledger 0/- block 0 s: of 10 events in offsets 0 to 65535 that matched, 9 are accounted for: 8 acknowledged, 0 "
        "expired, 1 dead, 0 skipped, 0 waiting for a retry"}},
      {"the dead letter is gone",
       [](damaged_snapshot& from) { from.of_dead_letter = [](dead_letter_record&) { return false; }; },
       {"deadLetters 0/- block 0 s: the ledger counts 1 dead in offsets 0 to 65535; there are 0 dead letters",
        "deadLetters 0/- s: of 1 dead letters that were made there are 0"}},
      {"the dead letter is of another event than lies at its offset",
       [](damaged_snapshot& from) {
         from.of_dead_letter = [](dead_letter_record& row) {
           row.event = {};
           row.id = {};
           return true;
         };
         from.of_event = [](event& each) {
           if (each.seq.value == 4) each.id = event_id::parse("00000000-0000-0000-0000-000000000001").value();
           return true;
         };
       },
       {"deadLetters 0/4 s: dead letter 00000000-0000-0000-0000-000000000000 is of event "
        "00000000-0000-0000-0000-000000000000, its offset holds 00000000-0000-0000-0000-000000000001"}},
      {"a count of the ledger is wrong",
       [](damaged_snapshot& from) {
         from.of_ledger = [](ledger_record& row) {
           ++row.acknowledged;
           return true;
         };
       },
       {"ledger 0/- block 0 s: of 10 events in offsets 0 to 65535 that matched, 11 are accounted for: 9 acknowledged, "
        "0 expired, 1 dead, 0 skipped, 1 waiting for a retry"}},
      {"the ledger counts an event that never was",
       [](damaged_snapshot& from) {
         from.of_ledger = [](ledger_record& row) {
           ++row.acknowledged;
           ++row.matched;
           return true;
         };
       },
       {"ledger 0/- block 0 s: the ledger says that 11 events in offsets 0 to 65535 matched; by its filter and the log "
        "it is 10"}},
      {"a row of the ledger is gone",
       [](damaged_snapshot& from) { from.of_ledger = [](ledger_record&) { return false; }; },
       {"ledger 0/- block 0 s: the ledger says that 0 events in offsets 0 to 65535 matched; by its filter and the log "
        "it is 10",
        "ledger 0/- block 0 s: of 0 events in offsets 0 to 65535 that matched, 1 are accounted for: 0 acknowledged, 0 "
        "expired, 0 dead, 0 skipped, 1 waiting for a retry",
        "deadLetters 0/- block 0 s: the ledger counts 0 dead in offsets 0 to 65535; there are 1 dead letters"}},
      {"a row of the ledger is of a block behind the log",
       [](damaged_snapshot& from) {
         from.of_ledger = [](ledger_record& row) {
           row = {.subscription = row.subscription, .block = 3, .matched = 1, .acknowledged = 1};
           return false;
         };
         from.of_exception = [](exception_record&) { return false; };
         from.of_dead_letter = [](dead_letter_record&) { return false; };
       },
       {"ledger 0/- block 0 s: the ledger says that 0 events in offsets 0 to 65535 matched; by its filter and the log "
        "it is 10",
        "deadLetters 0/- s: of 1 dead letters that were made there are 0"}},
      {"the floors are gone",
       [](damaged_snapshot& from) { from.of_subscription = [](subscription_state& kept) { kept.floors.clear(); }; },
       {"ledger 0/- block 0 s: the ledger says that 10 events in offsets 0 to 65535 matched; by its filter and the log "
        "it is 0",
        "ledger 0/- block 0 s: of 10 events in offsets 0 to 65535 that matched, 9 are accounted for: 8 acknowledged, 0 "
        "expired, 1 dead, 0 skipped, 0 waiting for a retry",
        "deadLetters 0/- block 0 s: the ledger counts 1 dead in offsets 0 to 65535; there are 0 dead letters",
        "ledger 0/- s: how far it has got in its lane CRITICAL is missing",
        "ledger 0/- s: how far it has got in its lane HIGH is missing",
        "ledger 0/- s: how far it has got in its lane NORMAL is missing",
        "ledger 0/- s: how far it has got in its lane LOW is missing"}},
      {"the floor of a lane without events is gone",
       [](damaged_snapshot& from) {
         from.of_subscription = [](subscription_state& kept) {
           std::erase_if(kept.floors, [](const floor_record& row) { return row.lane == priority::low; });
         };
       },
       {"ledger 0/- s: how far it has got in its lane LOW is missing"}},
      {"something is left of a subscription that is gone",
       [](damaged_snapshot& from) { from.left_over = {"2 rows of floors are of a subscription that is not there"}; },
       {"ledger 0/-: 2 rows of floors are of a subscription that is not there"}},
      {"the revision is gone",
       [](damaged_snapshot& from) { from.of_subscription = [](subscription_state& kept) { kept.revisions.clear(); }; },
       {"ledger 0/- s: its revision 1 is missing"}},
      {"the filter was changed behind the broker's back",
       [](damaged_snapshot& from) {
         from.of_subscription = [](subscription_state& kept) {
           auto other = delivery_fixture::webhook("s", "b");
           kept.revisions.front().matching = codec::json_subscription_texts{}.matching(other);
         };
       },
       {"ledger 0/- block 0 s: the ledger says that 10 events in offsets 0 to 65535 matched; by its filter and the log "
        "it is 2"}},
      {"an index is gone",
       [](damaged_snapshot& from) { from.said = {"the index events_by_id is missing"}; },
       {"log 0/-: the index events_by_id is missing"}},
      {"more is missing than retention took",
       [](damaged_snapshot& from) {
         from.of_event = [](event& each) { return each.seq.value != 11 && each.seq.value != 12; };
         from.of_claim = [](partition_claim& claim) { claim.pruned = 1; };
       },
       {"log 0/-: 2 events are missing, of which retention took 1",
        "ids 0/-: the index of event ids has 12 entries, the log 10 events"}},
      {"retention took what is missing",
       [](damaged_snapshot& from) {
         from.of_event = [](event& each) { return each.seq.value > 3; };
         from.of_claim = [](partition_claim& claim) { claim.pruned = 3; };
       },
       {"ids 0/-: the index of event ids has 12 entries, the log 9 events"}},
  };
}

TEST_CASE("each kind of damage is found, and named") {
  const damage one = GENERATE(from_range(damages()));
  troubled f;
  damaged_snapshot from{f.store->snapshot()};
  one.make(from);

  const proof_report report = prove_now(from);

  INFO(one.name);
  CHECK(lines_of(report) == one.found);
  CHECK(report.problem_count == one.found.size());
  CHECK(report.ok() == one.found.empty());
}

TEST_CASE("a proof says what it has gone through") {
  troubled f;

  const proof_report report = prove_now(*f.store);

  REQUIRE(report.ok());
  CHECK(report.events == 12);
  REQUIRE(report.partitions.size() == 1);
  CHECK(report.partitions[0].head == offset{12});
  CHECK(report.partitions[0].first == offset{1});
  CHECK(report.partitions[0].events == 12);
  REQUIRE(report.subscriptions.size() == 1);
  const auto& s = report.subscriptions[0];
  CHECK(s.name == "s");
  CHECK(s.matched == 10);
  CHECK(s.acknowledged == 8);
  CHECK(s.dead == 1);
  CHECK(s.exceptions == 1);
}

TEST_CASE("an empty store is sound") {
  delivery_fixture f;
  const proof_report report = prove_now(*f.store);
  CHECK(report.ok());
  CHECK(report.partitions[0].head == offset{0});
  CHECK(report.partitions[0].first == offset{1});
}

TEST_CASE("blocks of the ledger are proved each for itself") {
  delivery_fixture f;
  auto definition = f.webhook("s");
  definition.options.max_concurrency = 1000;
  definition.options.batch_size = 1000;
  f.create(definition);
  f.receiver().answer = [](const auto&) { return ok(); };
  for (int i = 0; i < 14; ++i) f.publish("a", 10'000);
  f.advance(seconds{5});
  REQUIRE(f.stats("s").acknowledged == 140'000);
  damaged_snapshot from{f.store->snapshot()};

  SECTION("whole") { CHECK(lines_of(prove_now(from)) == lines{}); }
  SECTION("with a gap over a whole block") {
    from.of_event = [](event& each) { return each.seq.value < 60'000 || each.seq.value > 131'100; };
    CHECK(lines_of(prove_now(from)) ==
          lines{"log 0/60000: 71101 events are missing, up to offset 131100",
                "ledger 0/- block 0 s: the ledger says that 65535 events in offsets 0 to 65535 matched; by its filter "
                "and the log it is 59999",
                "ledger 0/- block 1 s: the ledger says that 65536 events in offsets 65536 to 131071 matched; by its "
                "filter and the log it is 0",
                "ledger 0/- block 2 s: the ledger says that 8929 events in offsets 131072 to 196607 matched; by its "
                "filter and the log it is 8900",
                "ids 0/-: the index of event ids has 140000 entries, the log 68899 events"});
  }
  SECTION("with the same gap, made by retention") {
    from.of_event = [](event& each) { return each.seq.value < 60'000 || each.seq.value > 131'100; };
    from.of_claim = [](partition_claim& claim) { claim.pruned = 71'101; };
    CHECK(lines_of(prove_now(from)) ==
          lines{"ids 0/-: the index of event ids has 140000 entries, the log 68899 events"});
  }
}

TEST_CASE("a thousand problems are listed, all are counted") {
  delivery_fixture f;
  f.publish("a", 3000);
  damaged_snapshot from{f.store->snapshot()};
  from.of_event = [](event& each) { return each.seq.value % 2 == 0; };

  const proof_report report = prove_now(from);

  CHECK(report.problems.size() == proof_report::max_problems);
  CHECK(report.problem_count == 1501);
}

TEST_CASE("a proof is given up when nobody waits for it, and tells how far it came") {
  delivery_fixture f;
  f.publish("a", 5000);
  const auto snapshot = f.store->snapshot();
  proof_progress last;
  const auto step = [&](const proof_progress& at) {
    last = at;
    return at.done < 3000;
  };

  CHECK_FALSE(prove(*snapshot, {.documents = f.documents, .texts = f.texts}, step).has_value());
  CHECK(last.done == 3000);
  CHECK(last.total == 10'000);
}

TEST_CASE("no event is parsed more than once, and only where a filter looks into it") {
  delivery_fixture f;
  for (const char* name : {"s1", "s2", "s3"}) {
    auto definition = f.webhook(name, "a");
    definition.endpoint = std::string{"https://"} + name + ".test/";
    definition.filter = R"({"payload":{"n":1}})";
    f.channels.at(definition.endpoint).answer = [](const auto&) { return ok(); };
    f.create(definition);
  }
  for (const char* on : {"a", "a", "b", "a"}) {
    f.subject->publish({make_event(on, R"({"n":1})")}, [](const auto&) {});
  }
  f.advance(milliseconds{100});
  f.documents.opened.clear();
  const auto snapshot = f.store->snapshot();

  REQUIRE(prove(*snapshot, {.documents = f.documents, .texts = f.texts}, [](const auto&) { return true; })->ok());

  CHECK(f.documents.opened == std::map<std::uint64_t, int>{{1, 1}, {2, 1}, {4, 1}});
}

TEST_CASE("one verification runs at a time, and one that nobody wants any more ends") {
  delivery_fixture f;
  f.publish("a", 3);
  const auto cancelled = std::make_shared<std::atomic<bool>>(false);
  std::optional<result<proof_report>> first;
  std::optional<result<proof_report>> second;
  const auto into = [](auto& slot) { return [&slot](result<proof_report> came) { slot = std::move(came); }; };
  f.subject->proof().verify(cancelled, into(first));
  CHECK(f.subject->proof().progress().running);
  f.subject->proof().verify(cancelled, into(second));

  SECTION("to its end") {
    f.settle();
    REQUIRE(first.value().has_value());
    CHECK(first->value().ok());
  }
  SECTION("until its caller is gone") {
    *cancelled = true;
    f.settle();
    CHECK(first.value().error().code == errc::shutting_down);
  }
  CHECK(second.value().error().code == errc::conflict);
  CHECK_FALSE(f.subject->proof().progress().running);
}

TEST_CASE("a verification that cannot read the store says so") {
  delivery_fixture f;
  f.faults->fail_reads();
  std::optional<result<proof_report>> came;
  f.subject->proof().verify(std::make_shared<std::atomic<bool>>(false), [&](auto done) { came = std::move(done); });
  f.settle();
  f.faults->clear();
  CHECK(came.value().error().code == errc::store_unavailable);
}

}  // namespace
}  // namespace eventmgr::test
