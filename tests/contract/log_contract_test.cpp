#include "contract/store_kinds.hpp"
#include "support/store_events.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace eventmgr {
namespace {

using namespace testing;

topic_pattern pattern(std::string_view text) { return topic_pattern::parse(text).value(); }

/// Fills a store with events on 40 topics, of which "rare/..." are one in a hundred.
std::vector<std::shared_ptr<event>> fill(event_store& store, event_maker& make, int groups) {
  std::vector<std::shared_ptr<event>> all;
  for (int group = 0; group < groups; ++group) {
    std::vector<std::shared_ptr<event>> records;
    for (unsigned i = 0; i < 1 + make.random()() % 40; ++i) {
      const auto dice = make.random()();
      std::string topic = dice % 100 == 0 ? "rare/" : "common/";
      topic += std::to_string(dice / 100 % 20) + (dice % 3 == 0 ? "/created" : "/updated");
      records.push_back(make.make(topic, R"({"p":")" + std::string(dice % 50, 'x') + R"("})"));
      records.back()->priority = static_cast<enum priority>(dice % 4);
    }
    commit(store, records, at_ms(group / 3 * 10));
    all.insert(all.end(), records.begin(), records.end());
  }
  return all;
}

/// Reads a whole partition page by page.
std::vector<event> read_all(event_store& store, log_request request) {
  std::vector<event> events;
  const offset head = store.partitions()[request.partition.value].head;
  while (request.after < std::min(head, request.through)) {
    const log_page page = store.read_log(request);
    REQUIRE(page.events.size() <= request.max_events);
    REQUIRE(page.scanned_through > request.after);
    REQUIRE(page.scanned_through <= head);
    for (const auto& record : page.events) {
      REQUIRE(record->seq > request.after);
      REQUIRE(record->seq <= page.scanned_through);
      events.push_back(*record);
    }
    request.after = page.scanned_through;
  }
  return events;
}

TEST_CASE("the log is read by pattern, in order and completely", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;
  const auto all = fill(subject->store(), make, 150);
  const std::vector<std::vector<topic_pattern>> lists{
      {},
      {pattern("#")},
      {pattern("rare/#")},
      {pattern("rare/3/created")},
      {pattern("*/*/created")},
      {pattern("common/1/*"), pattern("rare/#"), pattern("common/#/created")},
      {pattern("no/such/topic")},
      {pattern("common/#")},
  };

  for (const auto& topics : lists) {
    for (std::uint16_t p = 0; p < kind.partitions; ++p) {
      std::vector<event> expected;
      for (const auto& record : all) {
        const bool wanted = topics.empty() || std::ranges::any_of(topics, [&](const topic_pattern& t) {
                              return t.matches(record->topic);
                            });
        if (record->partition.value == p && wanted) expected.push_back(*record);
      }
      for (const std::uint32_t page_size : {1U, 7U, 1000U}) {
        log_request request;
        request.partition = {p};
        request.topics = topics;
        request.max_events = page_size;
        CHECK(read_all(subject->store(), request) == expected);
      }
    }
  }
}

TEST_CASE("a part of the log is read by offsets", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;
  for (int i = 0; i < 20; ++i) commit_one(subject->store(), make.make("t"));
  log_request request;
  request.partition = subject->store().partition_of(topic_name::trusted("t"));

  request.after = {5};
  request.through = {8};
  const auto page = subject->store().read_log(request);
  REQUIRE(page.events.size() == 3);
  CHECK(page.events.front()->seq == offset{6});
  CHECK(page.scanned_through == offset{8});
  CHECK(page.first == offset{1});

  for (const std::uint64_t beyond : {std::uint64_t{20}, std::uint64_t{1000}, UINT64_MAX}) {
    request.after = {beyond};
    request.through = {UINT64_MAX};
    const auto nothing = subject->store().read_log(request);
    CHECK(nothing.events.empty());
    CHECK(nothing.scanned_through == offset{beyond});
  }
}

TEST_CASE("a page ends before its bytes are too many, but gives one event", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;
  for (int i = 0; i < 6; ++i) {
    commit_one(subject->store(), make.make("t", R"({"p":")" + std::string(1000, 'x') + R"("})"));
    commit_one(subject->store(), make.make("other"));
  }
  const std::vector<topic_pattern> topics{pattern("t")};
  log_request request;
  request.partition = subject->store().partition_of(topic_name::trusted("t"));
  request.topics = topics;

  request.max_bytes = 2500;
  const auto two = subject->store().read_log(request);
  CHECK(two.events.size() == 2);
  request.after = two.scanned_through;
  const auto next_two = subject->store().read_log(request);
  REQUIRE(next_two.events.size() == 2);
  CHECK(next_two.events.front()->seq > two.events.back()->seq);

  request.max_bytes = 1;
  CHECK(subject->store().read_log(request).events.size() == 1);
}

TEST_CASE("a position for a time lies before the first event received then or later", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;
  const auto all = fill(subject->store(), make, 60);

  for (int at = -5; at < 220; at += 5) {
    position expected;
    expected.after.resize(kind.partitions);
    for (const auto& record : all) {
      if (record->received_at < at_ms(at)) expected.after[record->partition.value] = record->seq;
    }
    CHECK(subject->store().position_at(at_ms(at)) == expected);
  }
}

}  // namespace
}  // namespace eventmgr
