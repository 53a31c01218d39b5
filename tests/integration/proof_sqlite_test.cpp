#include "../unit/broker/proof_fixture.hpp"
#include "store/sqlite/sqlite_event_store.hpp"
#include "support/process.hpp"
#include "support/sqlite_file.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace eventmgr::test {
namespace {

using Catch::Contains;
using std::chrono::milliseconds;
using lines = std::vector<std::string>;

void execute(const std::string& path, const std::string& sql) { CHECK(testing::execute(path, sql) > 0); }

/// A broker over a file, which has gone through all that befalls one.
class kept_broker : public delivery_fixture {
 public:
  explicit kept_broker(const std::string& path) : delivery_fixture{make_sqlite_event_store({.path = path})} {
    settle();
  }

  /// Offset 4 is a dead letter, 7 waits for a retry, 11 is of no subscription, 12 comes too late for "late".
  void live() {
    create(webhook("orders", "a"));
    auto second = webhook("late", "#");
    second.endpoint = "https://late.test/";
    create(second);
    receiver().answer = [](const outgoing_event& sent) -> delivery_result {
      if (sent.record->seq.value == 4) return {.outcome = delivery_result::verdict::reject, .error = "no"};
      return sent.record->seq.value == 7 ? refused() : ok();
    };
    channels.at("https://late.test/").answer = [](const auto&) { return ok(); };
    publish("a", 10);
    publish("b", 1);
    advance(milliseconds{100});
    pause("late");
    publish("a", 5);
    resume("late", {.how = resume_request::mode::last, .keep = 2});
    advance(milliseconds{200});
    auto changed = webhook("orders", "*");
    changed.filter = R"({"payload":{"n":{"exists":false}}})";
    create(changed);
    publish("b", 5);
    advance(milliseconds{100});
  }

  void close() {
    settle();
    subject->drain([] {});
    settle();
    subject.reset();
    store.reset();
  }
};

lines verify(const std::string& path) { return lines_of(prove_now(*open_sqlite_snapshot(path))); }

TEST_CASE("a store is sound while it is open, and after it was closed") {
  const testing::temp_dir folder;
  const std::string path = folder.file("events.db");
  kept_broker f{path};
  f.live();

  CHECK(lines_of(prove_now(*f.store)) == lines{});
  f.close();

  const proof_report report = prove_now(*open_sqlite_snapshot(path));
  CHECK(lines_of(report) == lines{});
  CHECK(report.events == 21);
  REQUIRE(report.subscriptions.size() == 2);
  CHECK(report.subscriptions[1].dead == 1);
  CHECK(report.subscriptions[1].exceptions == 1);
}

struct sabotage {
  std::string name{};
  std::string sql{};
  lines found{};
};

TEST_CASE("what somebody did to the file is found") {
  const std::string of_orders = "WHERE subscription = (SELECT key FROM subscriptions WHERE name = 'orders')";
  const auto one = GENERATE_COPY(values<sabotage>({
      {"an event is deleted",
       "DELETE FROM events WHERE seq = 5",
       {"log 0/5: the event is missing",
        "ledger 0/- block 0 orders: the ledger says that 20 events in offsets 0 to 65535 matched; by its filter and "
        "the log it is 19",
        "ledger 0/- block 0 late: the ledger says that 21 events in offsets 0 to 65535 matched; by its filter and the "
        "log it is 20"}},
      {"an exception is deleted",
       "DELETE FROM deliveries " + of_orders,
       {"ledger 0/- block 0 orders: of 20 events in offsets 0 to 65535 that matched, 19 are accounted for: 18 "
        "acknowledged, 0 expired, 1 dead, 0 skipped, 0 waiting for a retry"}},
      {"a dead letter is deleted",
       "DELETE FROM dead_letter_events",
       {"deadLetters 0/- block 0 orders: the ledger counts 1 dead in offsets 0 to 65535; there are 0 dead letters",
        "deadLetters 0/- orders: of 1 dead letters that were made there are 0"}},
      {"dead letters are no longer counted",
       "DROP TRIGGER dead_letters_counted; UPDATE dead_letter_totals SET kept = 2",
       {"log 0/-: the trigger dead_letters_counted is missing",
        "deadLetters 0/- orders: of 2 dead letters that were made there are 1"}},
      {"a subscription is deleted, but not what belongs to it",
       "DELETE FROM attempts; DELETE FROM dead_letter_events; DELETE FROM dead_letter_totals; "
       "DELETE FROM subscriptions WHERE name = 'orders'",
       {"ledger 0/-: 2 rows of subscription_revisions are of a subscription that is not there",
        "ledger 0/-: 4 rows of floors are of a subscription that is not there",
        "ledger 0/-: 1 row of ledger is of a subscription that is not there",
        "ledger 0/-: 1 row of deliveries is of a subscription that is not there"}},
      {"the first revision is deleted",
       "DELETE FROM subscription_revisions " + of_orders + " AND revision = 1",
       {"ledger 0/- orders: its revision 1 is missing"}},
      {"a floor is deleted",
       "DELETE FROM floors " + of_orders + " AND lane = 0",
       {"ledger 0/- orders: how far it has got in its lane CRITICAL is missing"}},
      {"a count is changed",
       "UPDATE ledger SET acknowledged = acknowledged + 1 " + of_orders,
       {"ledger 0/- block 0 orders: of 20 events in offsets 0 to 65535 that matched, 21 are accounted for: 19 "
        "acknowledged, 0 expired, 1 dead, 0 skipped, 1 waiting for a retry"}},
      {"a filter is changed",
       "UPDATE subscription_revisions SET matching = replace(matching, '\"a\"', '\"b\"') " + of_orders +
           " AND revision = 1",
       {"ledger 0/- block 0 orders: the ledger says that 20 events in offsets 0 to 65535 matched; by its filter and "
        "the log it is 6"}},
      {"the newest events are deleted",
       "DELETE FROM events WHERE seq > 19; UPDATE floors SET floor = 19 WHERE floor > 19; "
       "UPDATE ledger SET matched = matched - 2, acknowledged = acknowledged - 2",
       {"log 0/20: 2 events are missing, up to offset 21"}},
      {"an id is given twice",
       "DROP INDEX events_by_id; UPDATE events SET id = (SELECT id FROM events WHERE seq = 8) WHERE seq = 9",
       {"log 0/-: the index events_by_id is missing", "ids 0/9: event id ID is also that of offset 8 of partition 0"}},
      {"a dead letter is of an event that is not there",
       "UPDATE dead_letter_events SET seq = 40",
       {"deadLetters 0/- block 0 orders: the ledger counts 1 dead in offsets 0 to 65535; there are 0 dead letters",
        "deadLetters 0/40 orders: the event of dead letter ID is not in the log"}},
  }));
  const testing::temp_dir folder;
  const std::string path = folder.file("events.db");
  {
    kept_broker f{path};
    f.live();
    f.close();
  }
  execute(path, one.sql);

  lines found = verify(path);

  // Ids differ from run to run.
  for (std::string& line : found) {
    for (const char* const before : {"event id ", "dead letter "}) {
      const auto at = line.find(before);
      const auto first = at + std::string_view{before}.size();
      if (at != std::string::npos && line.size() > first + 36 && line[first + 8] == '-') line.replace(first, 36, "ID");
    }
  }
  std::ranges::sort(found);
  lines expected = one.found;
  std::ranges::sort(expected);
  INFO(one.name);
  CHECK(found == expected);
}

TEST_CASE("a log whose end was cut off stays known as such by later runs") {
  const testing::temp_dir folder;
  const std::string path = folder.file("events.db");
  {
    kept_broker f{path};
    f.publish("a", 5);
    f.close();
  }
  execute(path, "DELETE FROM events WHERE seq = 5");

  {
    kept_broker f{path};
    CHECK(f.store->partitions().front().head == offset{5});
    f.publish("a", 2);
    CHECK(f.store->read_log({}).events.size() == 6);
    CHECK(f.store->read_log({.after = {4}}).events.front()->seq == offset{6});
    f.close();
  }
  CHECK(verify(path) == lines{"log 0/5: the event is missing"});

  execute(path, "DELETE FROM events");
  kept_broker f{path};
  CHECK(f.store->partitions().front().head == offset{7});
  CHECK(f.store->partitions().front().first == offset{8});
  f.publish("a", 1);
  CHECK(f.store->read_log({}).events.front()->seq == offset{8});
}

TEST_CASE("a store that is open elsewhere, older or none is refused, and nothing is changed in it") {
  const testing::temp_dir folder;
  const std::string path = folder.file("events.db");
  const auto refusal = [&](const std::string& of) {
    try {
      open_sqlite_snapshot(of);
      return std::string{};
    } catch (const error& fault) {
      CHECK(fault.reason().code == errc::store_unavailable);
      return std::string{fault.what()};
    }
  };
  CHECK_THAT(refusal(path), Contains("there is no store at"));
  CHECK_FALSE(std::filesystem::exists(path + ".lock"));
  {
    const auto store = make_sqlite_event_store({.path = path});
    CHECK_THAT(refusal(path), Contains("is in use by another eventmgrd"));
  }
  const auto before = std::filesystem::last_write_time(path);
  CHECK(refusal(path).empty());
  CHECK(std::filesystem::last_write_time(path) == before);
  {
    const auto held = open_sqlite_snapshot(path);
    CHECK_THROWS_WITH(make_sqlite_event_store({.path = path}), Contains("is in use by another eventmgrd"));
  }
  execute(path, "UPDATE meta SET value = 1 WHERE name = 'schema_version'");
  CHECK_THAT(refusal(path), Contains("was written by an older release"));
}

}  // namespace
}  // namespace eventmgr::test
