#include "contract/store_kinds.hpp"
#include "support/store_events.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>

namespace eventmgr {
namespace {

using namespace testing;

/// An event with what its metadata says, so that the model needs no parser.
struct known_event {
  std::shared_ptr<event> record{};
  std::optional<std::string> project{};
  std::optional<std::string> user{};
  std::vector<std::string> tags{};
};

class history_model {
 public:
  explicit history_model(std::uint32_t seed) : make_{seed} {}

  void fill(event_store& store, int groups) {
    for (int i = 0; i < groups; ++i) {
      std::vector<std::shared_ptr<event>> records;
      for (unsigned n = 0; n < 1 + random() % 15; ++n) {
        known_.push_back(random_event());
        records.push_back(known_.back().record);
      }
      now_ += static_cast<std::int64_t>(random() % 3) * 10;
      commit(store, records, at_ms(now_));
    }
  }

  event_query random_query() {
    event_query query;
    if (maybe(2))
      query.topic = topic_pattern::parse(pick({"#", "t/#", "t/1/*", "*/*/b", "#/b", "t/3/a", "u/#", "none"})).value();
    if (maybe(4)) query.type = "type" + std::to_string(random() % 5);
    if (maybe(4)) query.source = "source" + std::to_string(random() % 4);
    if (maybe(4)) query.priority = static_cast<enum priority>(random() % 4);
    if (maybe(5)) query.project_id = "p" + std::to_string(random() % 3);
    if (maybe(5)) query.user_id = "u" + std::to_string(random() % 3);
    if (maybe(5)) query.tag = "tag" + std::to_string(random() % 3);
    if (maybe(8) && !known_.empty()) query.correlation_id = known_[random() % known_.size()].record->correlation_id;
    if (maybe(3)) query.since = at_ms(random_time());
    if (maybe(3)) query.until = at_ms(random_time());
    query.order = maybe(2) ? sort_order::ascending : sort_order::descending;
    query.limit = 1 + static_cast<std::uint32_t>(random() % 40);
    return query;
  }

  /// All that match, in the order of the query.
  std::vector<event> select(const event_query& query) const {
    std::vector<event> found;
    for (const known_event& known : known_) {
      if (matches(query, known)) found.push_back(*known.record);
    }
    std::ranges::sort(found, [&](const event& a, const event& b) {
      const auto place = [](const event& e) { return std::tuple{e.received_at, e.partition, e.seq}; };
      return query.order == sort_order::ascending ? place(a) < place(b) : place(b) < place(a);
    });
    return found;
  }

  std::uint32_t random() { return static_cast<std::uint32_t>(make_.random()()); }

 private:
  bool maybe(std::uint32_t one_in) { return random() % one_in == 0; }
  std::int64_t random_time() { return static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(now_ + 20)) - 5; }
  std::string_view pick(std::vector<std::string_view> from) { return from[random() % from.size()]; }

  known_event random_event() {
    known_event known;
    known.record = make_.make((maybe(30) ? "u/" : "t/") + std::to_string(random() % 6) + (maybe(3) ? "/b" : "/a"));
    event& record = *known.record;
    record.type = "type" + std::to_string(random() % 4);
    record.source = "source" + std::to_string(random() % 3);
    record.priority = static_cast<enum priority>(maybe(3) ? random() % 4 : 2);
    if (maybe(3)) record.correlation_id = event_id{{{1, static_cast<std::uint8_t>(random() % 20)}}};
    if (maybe(4)) return known;
    const bool snake_case = maybe(2);
    std::string json = R"({"other":[1])";
    if (maybe(2)) {
      known.project = "p" + std::to_string(random() % 3);
      json += (snake_case ? R"(,"project_id":")" : R"(,"projectId":")") + *known.project + '"';
    }
    if (maybe(2)) {
      known.user = "u" + std::to_string(random() % 3);
      json += (snake_case ? R"(,"user_id":")" : R"(,"userId":")") + *known.user + '"';
    }
    if (maybe(2)) {
      json += R"(,"tags":[)";
      for (std::uint32_t i = 0; i < random() % 3; ++i) {
        known.tags.push_back("tag" + std::to_string(random() % 3));
        json += (i == 0 ? "\"" : ",\"") + known.tags.back() + '"';
      }
      json += ']';
    }
    record.metadata = json + '}';
    return known;
  }

  static bool matches(const event_query& query, const known_event& known) {
    const event& record = *known.record;
    return (!query.topic || query.topic->matches(record.topic)) && (!query.type || record.type == *query.type) &&
           (!query.source || record.source == *query.source) && (!query.since || record.received_at >= *query.since) &&
           (!query.until || record.received_at < *query.until) &&
           (!query.correlation_id || record.correlation_id == query.correlation_id) &&
           (!query.project_id || known.project == query.project_id) &&
           (!query.user_id || known.user == query.user_id) &&
           (!query.tag || std::ranges::find(known.tags, *query.tag) != known.tags.end()) &&
           (!query.priority || record.priority == *query.priority);
  }

  event_maker make_;
  std::vector<known_event> known_;
  std::int64_t now_{100};
};

TEST_CASE("history gives what a naive model gives, whatever the filter", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  history_model model{7};
  model.fill(subject->store(), 200);

  for (int i = 0; i < 400; ++i) {
    event_query query = model.random_query();
    const std::vector<event> expected = model.select(query);
    std::vector<event> found;
    if (i % 4 == 0) query.skip = model.random() % (expected.size() + 3);
    const std::uint64_t skipped = std::min<std::uint64_t>(query.skip, expected.size());
    while (true) {
      const auto page = subject->store().query_events(query).value();
      REQUIRE(page.total == expected.size());
      REQUIRE(page.total_is_exact);
      REQUIRE(page.events.size() <= query.limit);
      found.insert(found.end(), page.events.begin(), page.events.end());
      REQUIRE(page.has_more == (skipped + found.size() < expected.size()));
      REQUIRE(page.has_more == !page.next_cursor.empty());
      if (!page.has_more) break;
      query.cursor = page.next_cursor;
      query.skip = 0;
    }
    REQUIRE(found == std::vector<event>(expected.begin() + static_cast<std::ptrdiff_t>(skipped), expected.end()));
  }
}

TEST_CASE("events stored meanwhile do not shift a cursor", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  history_model model{8};
  model.fill(subject->store(), 30);
  event_query query;
  query.limit = 10;
  const std::vector<event> expected = model.select(query);

  std::vector<event> found;
  while (true) {
    const auto page = subject->store().query_events(query).value();
    found.insert(found.end(), page.events.begin(), page.events.end());
    if (!page.has_more) break;
    query.cursor = page.next_cursor;
    model.fill(subject->store(), 1);
  }

  CHECK(found == expected);
}

TEST_CASE("counting stops at the limit and says so", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;
  for (int group = 0; group < 3; ++group) {
    std::vector<std::shared_ptr<event>> records;
    for (int i = 0; i < 4000; ++i) records.push_back(make.make(i % 6 == 0 ? "a" : "b"));
    commit(subject->store(), records);
  }
  event_query query;
  query.limit = 1;

  const auto all = subject->store().query_events(query).value();
  CHECK(all.total == event_query::count_limit);
  CHECK_FALSE(all.total_is_exact);

  query.topic = topic_pattern::parse("a").value();
  const auto some = subject->store().query_events(query).value();
  CHECK(some.total == 3 * 667);
  CHECK(some.total_is_exact);
}

TEST_CASE("a page of large events ends early, and its cursor goes on from there", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make{5};
  for (int i = 0; i < 10; ++i) {
    commit_one(subject->store(), make.make("a", R"({"x":")" + std::string(1U << 20U, 'x') + "\"}"));
  }

  event_query query;
  const auto first = subject->store().query_events(query).value();
  query.cursor = first.next_cursor;
  const auto second = subject->store().query_events(query).value();

  CHECK(first.events.size() == 8);
  CHECK(first.has_more);
  CHECK(first.total == 10);
  CHECK(second.events.size() == 2);
  CHECK_FALSE(second.has_more);
}

TEST_CASE("a query that is not one is refused", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  history_model model{9};
  model.fill(subject->store(), 10);
  const auto cursor_of = [&](event_query query) {
    query.limit = 1;
    return subject->store().query_events(query)->next_cursor;
  };
  event_query ascending;
  ascending.order = sort_order::ascending;
  event_query typed;
  typed.type = "type1";
  const std::string cursor = cursor_of({});
  REQUIRE_FALSE(cursor.empty());

  std::vector<event_query> wrong(7);
  wrong[0].limit = 0;
  wrong[1].limit = event_query::max_limit + 1;
  wrong[2].cursor = "nonsense";
  wrong[3].cursor = cursor_of(ascending);
  wrong[4].cursor = cursor_of(typed);
  wrong[5].cursor = cursor;
  wrong[5].skip = 1;
  wrong[6].cursor = cursor.substr(0, cursor.size() - 1) + "x";
  for (const event_query& query : wrong) {
    const auto answer = subject->store().query_events(query);
    REQUIRE(answer.has_error());
    CHECK(answer.error().code == errc::invalid_request);
    CHECK_FALSE(answer.error().details.empty());
  }
}

TEST_CASE("what an event led to is found by its id", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  const auto cause = make.make("a");
  const auto other = make.make("b");
  std::vector<std::shared_ptr<event>> records{cause, other};
  for (int i = 0; i < 3; ++i) {
    records.push_back(make.make("c", R"({"large":true})"));
    records.back()->causation_id = cause->id;
    records.back()->metadata = R"({"tags":["x"]})";
  }
  records.push_back(make.make("d"));
  records.back()->causation_id = other->id;
  records.push_back(make.make("e"));
  commit(store, records, at_ms(1));
  const auto expected = [&](std::size_t index) {
    event bare = *records[index];
    bare.payload.clear();
    bare.metadata.clear();
    return bare;
  };

  const std::vector causes{other->id, cause->id};
  CHECK(store.effects_of(causes, 10) == std::vector{expected(5), expected(2), expected(3), expected(4)});
  CHECK(store.effects_of(causes, 2) == std::vector{expected(5), expected(2)});
  CHECK(store.effects_of(std::vector{records.back()->id}, 10).empty());
  CHECK(store.effects_of({}, 10).empty());
}

}  // namespace
}  // namespace eventmgr
