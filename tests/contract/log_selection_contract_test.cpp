#include "contract/store_kinds.hpp"
#include "support/store_events.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <span>
#include <string>

namespace eventmgr {
namespace {

using namespace testing;

constexpr priority all_priorities[] = {priority::critical, priority::high, priority::normal, priority::low};

std::vector<topic_pattern> patterns(std::initializer_list<const char*> texts) {
  std::vector<topic_pattern> made;
  for (const char* const text : texts) made.push_back(topic_pattern::parse(text).value());
  return made;
}

/// What a random request selects, by going through all events.
class log_model {
 public:
  explicit log_model(std::uint32_t seed) : make_{seed} {}

  /// Most events are of normal priority; critical ones come now and then, and in bursts.
  void fill(event_store& store, int groups) {
    for (int group = 0; group < groups; ++group) {
      std::vector<std::shared_ptr<event>> records;
      const bool burst = random() % 20 == 0;
      for (unsigned i = 0; i < 1 + random() % 120; ++i) {
        auto record = make_.make("t/" + std::to_string(random() % (random() % 50 == 0 ? 40 : 4)));
        const auto dice = random() % 100;
        if (burst || dice == 0) record->priority = priority::critical;
        if (!burst && dice >= 1 && dice < 7) record->priority = priority::high;
        if (!burst && dice >= 90) record->priority = priority::low;
        records.push_back(std::move(record));
      }
      commit(store, records);
      events_.insert(events_.end(), records.begin(), records.end());
    }
  }

  std::vector<const event*> select(const log_request& request) const {
    std::vector<const event*> found;
    for (const auto& record : events_) {
      if (record->partition != request.partition || record->seq <= request.after || record->seq > request.through) {
        continue;
      }
      const bool on_topic = request.topics.empty() || std::ranges::any_of(request.topics, [&](const auto& pattern) {
                              return pattern.matches(record->topic);
                            });
      if (on_topic && request.priorities.has(record->priority)) found.push_back(record.get());
    }
    return found;
  }

  /// Without topics.
  log_request random_request(const event_store& store) {
    log_request request;
    request.partition = {static_cast<std::uint16_t>(random() % store.partition_count())};
    const std::uint64_t head = store.partitions()[request.partition.value].head.value;
    if (random() % 2 == 0) request.after = {random() % (head + 1)};
    if (random() % 2 == 0) request.through = {request.after.value + random() % (head + 1)};
    request.priorities = {};
    for (const priority each : all_priorities) {
      if (random() % 2 == 0) request.priorities.add(each);
    }
    return request;
  }

  std::uint32_t random() { return static_cast<std::uint32_t>(make_.random()()); }

 private:
  event_maker make_;
  std::vector<std::shared_ptr<event>> events_;
};

const std::vector<std::vector<topic_pattern>>& topic_lists() {
  static const std::vector<std::vector<topic_pattern>> lists{{},
                                                             patterns({"#"}),
                                                             patterns({"t/1"}),
                                                             patterns({"t/1", "t/2", "t/3"}),
                                                             patterns({"t/30"}),
                                                             patterns({"none"}),
                                                             patterns({"t/*"})};
  return lists;
}

TEST_CASE("the log is read by topic and priority, in order and completely", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  log_model model{3};
  model.fill(store, 250);

  for (int i = 0; i < 300; ++i) {
    log_request request = model.random_request(store);
    request.topics = topic_lists()[model.random() % topic_lists().size()];
    request.max_events = 1 + model.random() % (i % 2 == 0 ? 20 : 1500);
    request.max_bytes = i % 5 == 0 ? 40 : 1U << 20U;
    const auto expected = model.select(request);
    const std::uint64_t end = std::min(request.through.value, store.partitions()[request.partition.value].head.value);

    std::vector<const event*> missing{expected};
    while (request.after.value < end) {
      const log_page page = store.read_log(request);
      REQUIRE(page.scanned_through > request.after);
      REQUIRE(page.scanned_through.value <= end);
      REQUIRE(page.events.size() <= request.max_events);
      REQUIRE(page.events.size() <= missing.size());
      for (std::size_t n = 0; n < page.events.size(); ++n) REQUIRE(*page.events[n] == *missing[n]);
      missing.erase(missing.begin(), missing.begin() + static_cast<std::ptrdiff_t>(page.events.size()));
      REQUIRE((missing.empty() || missing.front()->seq > page.scanned_through));
      request.after = page.scanned_through;
    }
    REQUIRE(missing.empty());
  }
}

TEST_CASE("a critical event behind a long backlog is found in one read", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  for (int group = 0; group < 15; ++group) {
    std::vector<std::shared_ptr<event>> records;
    for (int i = 0; i < 2000; ++i) records.push_back(make.make("t/" + std::to_string(i % 8)));
    commit(store, records);
  }
  const auto urgent = make.make("t/5");
  urgent->priority = priority::critical;
  commit_one(store, urgent);
  log_request request;
  request.partition = urgent->partition;
  request.priorities = priority_set::at_least(priority::critical);

  const log_page page = store.read_log(request);

  REQUIRE(page.events.size() == 1);
  CHECK(*page.events.front() == *urgent);
  CHECK(page.scanned_through == urgent->seq);
}

TEST_CASE("events are counted, and the place of the last ones found, by topic and priority", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  log_model model{4};
  model.fill(store, 120);

  for (int i = 0; i < 400; ++i) {
    log_request request = model.random_request(store);
    request.topics = topic_lists()[model.random() % topic_lists().size()];
    request.max_events = 1;
    request.max_bytes = 1;
    const auto expected = model.select(request);
    REQUIRE(store.count_log(request) == expected.size());

    const std::uint64_t last = 1 + model.random() % (expected.size() + 2);
    const offset place = store.place_of_last(request, last);
    request.after = std::max(request.after, place);
    REQUIRE(model.select(request).size() == std::min<std::uint64_t>(last, expected.size()));
    if (last > expected.size()) REQUIRE(place == request.after);
  }
}

TEST_CASE("none of the last events lie behind the end", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  for (int i = 0; i < 5; ++i) commit_one(store, make.make("t"));
  log_request request;
  request.partition = store.partition_of(topic_name::trusted("t"));

  CHECK(store.place_of_last(request, 0) == offset{5});
  CHECK(store.place_of_last(request, 2) == offset{3});
  CHECK(store.place_of_last(request, 5) == offset{0});
  CHECK(store.place_of_last(request, 6) == offset{0});
  request.after = {9};
  CHECK(store.count_log(request) == 0);
  CHECK(store.place_of_last(request, 0) == offset{9});
  CHECK(store.place_of_last(request, 3) == offset{9});
}

TEST_CASE("events are read by their places, in that order, but for those that are not there", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  std::vector<std::shared_ptr<event>> records;
  for (int i = 0; i < 1200; ++i) records.push_back(make.make("t"));
  commit(store, records);
  const partition_id partition = records.front()->partition;

  const offset some[] = {{7}, {3}, {0}, {1201}, {UINT64_MAX}, {3}, {1200}};
  const place_page page = store.read_events({.partition = partition, .places = some});
  const auto& found = page.events;
  std::vector<offset> all;
  for (std::uint64_t seq = 1; seq <= 1200; ++seq) all.push_back({seq});

  CHECK(page.looked_at == 7);
  REQUIRE(found.size() == 4);
  CHECK(*found[0] == *records[6]);
  CHECK(*found[1] == *records[2]);
  CHECK(*found[2] == *records[2]);
  CHECK(*found[3] == *records[1199]);
  CHECK(store.read_events({.partition = partition, .places = all}).events.size() == 1000);
  CHECK(store.read_events({.partition = partition, .places = all}).looked_at == 1000);
  CHECK(store.read_events({.partition = partition}).events.empty());
  CHECK(store.read_events({.partition = {static_cast<std::uint16_t>(kind.partitions)}, .places = some}).events.empty());
}

TEST_CASE("events read by their places are bounded in bytes, metadata included, but one is always given",
          "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  std::vector<std::shared_ptr<event>> records;
  for (int i = 0; i < 6; ++i) {
    records.push_back(make.make("t", R"({"a":")" + std::string(500, 'x') + R"("})"));
    records.back()->metadata = R"({"b":")" + std::string(500, 'x') + R"("})";
  }
  commit(store, records);
  const partition_id partition = records.front()->partition;

  const offset some[] = {{99}, {1}, {2}, {98}, {3}, {4}};
  const place_page two = store.read_events({.partition = partition, .places = some, .max_bytes = 2500});
  CHECK(two.events.size() == 2);
  CHECK(two.looked_at == 4);
  const place_page one = store.read_events({.partition = partition, .places = some, .max_bytes = 1});
  CHECK(one.events.size() == 1);
  CHECK(one.looked_at == 2);
  const place_page none =
      store.read_events({.partition = partition, .places = std::span{some}.first(1), .max_bytes = 1});
  CHECK(none.looked_at == 1);
  CHECK(store.read_log({.partition = partition, .max_bytes = 2500}).events.size() == 2);
}

}  // namespace
}  // namespace eventmgr
