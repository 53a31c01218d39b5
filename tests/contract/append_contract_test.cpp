#include "contract/store_kinds.hpp"
#include "support/store_events.hpp"

#include <catch2/catch.hpp>

namespace eventmgr {
namespace {

using namespace testing;

std::uint64_t total_events(const event_store& store) {
  std::uint64_t total = 0;
  for (const partition_state& partition : store.partitions()) total += partition.head.value;
  return total;
}

TEST_CASE("a new store is empty", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();

  CHECK(store.partition_count() == kind.partitions);
  REQUIRE(store.partitions().size() == kind.partitions);
  for (const partition_state& partition : store.partitions()) {
    CHECK(partition.head == offset{0});
    CHECK(partition.first == offset{1});
  }
  CHECK(store.trouble().empty());
  CHECK(store.list_topics("", 10).topics.empty());
  CHECK(store.query_events({})->events.empty());
}

TEST_CASE("an event comes back as it was stored", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;

  const std::shared_ptr<event> records[] = {make.make_full("a/b"), make.make("a/b")};
  const auto entries = commit(subject->store(), records, at_ms(77));

  for (const append_entry& entry : entries) {
    CHECK(entry.outcome == append_outcome::stored);
    CHECK(entry.record->received_at == at_ms(77));
    CHECK(entry.record->partition == subject->store().partition_of(entry.record->topic));
    const auto found = subject->store().find_event(entry.record->id);
    REQUIRE(found);
    CHECK(*found == *entry.record);
  }
}

TEST_CASE("offsets have no gaps, and duplicates take none", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  std::vector<std::uint64_t> heads(kind.partitions, 0);
  std::vector<std::shared_ptr<event>> known;

  for (int group = 0; group < 60; ++group) {
    std::vector<std::shared_ptr<event>> records;
    for (unsigned i = 0; i < 1 + make.random()() % 12; ++i) {
      auto record = make.make("topic/" + std::to_string(make.random()() % 9));
      if (!known.empty() && make.random()() % 3 == 0) record->id = known[make.random()() % known.size()]->id;
      known.push_back(record);
      records.push_back(std::move(record));
    }
    for (const append_entry& entry : commit(store, records)) {
      if (entry.outcome == append_outcome::stored) {
        CHECK(entry.record->seq.value == ++heads[entry.record->partition.value]);
        continue;
      }
      REQUIRE(entry.outcome == append_outcome::duplicate);
      const auto original = store.find_event(entry.record->id);
      REQUIRE(original);
      CHECK(entry.original_seq == original->seq);
      CHECK(entry.original_partition == original->partition);
      CHECK(entry.original_topic == original->topic);
      CHECK(entry.record->seq == offset{0});
    }
  }
  for (std::uint16_t p = 0; p < kind.partitions; ++p) CHECK(store.partitions()[p].head.value == heads[p]);
}

TEST_CASE("two events with one id in one group are duplicates, also on a topic made by that group", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;
  const auto first = make.make("new/topic");
  const auto second = make.make("other/topic");
  second->id = first->id;

  const std::shared_ptr<event> records[] = {first, second};
  const auto entries = commit(subject->store(), records);

  CHECK(entries[0].outcome == append_outcome::stored);
  CHECK(entries[1].outcome == append_outcome::duplicate);
  CHECK(entries[1].original_topic.str() == "new/topic");
  CHECK(entries[1].original_seq == first->seq);
  CHECK(total_events(subject->store()) == 1);
  CHECK_FALSE(subject->store().find_topic(second->topic));
}

TEST_CASE("the time of receipt never goes back when the clock does", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;

  CHECK(commit_one(subject->store(), make.make("t"), at_ms(5000)).record->received_at == at_ms(5000));
  CHECK(commit_one(subject->store(), make.make("t"), at_ms(3000)).record->received_at == at_ms(5000));
  CHECK(commit_one(subject->store(), make.make("t"), at_ms(6000)).record->received_at == at_ms(6000));

  const auto partition = subject->store().partition_of(topic_name::trusted("t")).value;
  CHECK(subject->store().partitions()[partition].last_received == at_ms(6000));
}

TEST_CASE("a commit that fails leaves nothing behind, and the next one takes its offsets", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  commit_one(store, make.make("kept"));
  const auto before = total_events(store);
  const std::shared_ptr<event> records[] = {make.make("kept"), make.make("lost")};
  std::vector<append_entry> entries(2);
  entries[0].record = records[0];
  entries[1].record = records[1];
  commit_batch batch{.entries = entries, .now = at_ms(9000)};

  subject->fail_commits();
  for (int attempt = 0; attempt < 3; ++attempt) {
    REQUIRE_THROWS_AS(store.commit(batch), error);
    for (const append_entry& entry : entries) {
      CHECK(entry.outcome == append_outcome::pending);
      CHECK(entry.record->seq == offset{0});
    }
  }
  CHECK_FALSE(store.trouble().empty());
  CHECK(store.trouble().find(to_string(errc::store_unavailable)) == std::string::npos);
  CHECK(total_events(store) == before);
  CHECK_FALSE(store.find_event(records[1]->id));
  CHECK_FALSE(store.find_topic(records[1]->topic));
  CHECK(store.find_topic(records[0]->topic)->event_count == 1);

  subject->heal();
  store.commit(batch);
  CHECK(entries[0].outcome == append_outcome::stored);
  CHECK(entries[1].outcome == append_outcome::stored);
  CHECK(store.trouble().empty());
  CHECK(total_events(store) == before + 2);
  CHECK(store.find_topic(records[0]->topic)->event_count == 2);
  CHECK(store.find_topic(records[1]->topic)->event_count == 1);
}

TEST_CASE("the failure of a commit is store_unavailable", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;

  subject->fail_commits();

  try {
    commit_one(subject->store(), make.make("t"));
    FAIL("the commit succeeded");
  } catch (const error& fault) {
    CHECK(fault.reason().code == errc::store_unavailable);
  }
}

TEST_CASE("an empty group does nothing", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  commit_batch batch{};

  CHECK_NOTHROW(subject->store().commit(batch));
  CHECK(total_events(subject->store()) == 0);
}

}  // namespace
}  // namespace eventmgr
