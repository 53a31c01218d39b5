#include "core/delivery/exception_table.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <vector>

using namespace eventmgr;
using namespace std::chrono_literals;

namespace {

const time_point start{1'700'000'000'000ms};

log_place place_of(std::uint64_t seq) { return {partition_id{0}, offset{seq}}; }

exception_entry failed(std::uint64_t seq, time_point due, std::string ordering = {}, std::uint32_t attempts = 1) {
  return {place_of(seq), priority::normal, attempts, due, std::move(ordering)};
}

exception_entry held_back(std::uint64_t seq, std::string ordering) {
  return failed(seq, time_point{}, std::move(ordering), 0);
}

/// The offset of the entry that is due, or 0.
std::uint64_t take(exception_table& table, time_point now) {
  const exception_entry* due = table.take_due(now);
  return due == nullptr ? 0 : due->place.seq.value;
}

/// The same rules, said with a list that is searched from end to end.
class table_model {
 public:
  void put(const exception_entry& entry) {
    const auto old = at(entry.place);
    if (old != rows.end() && old->entry.ordering != entry.ordering) erase(entry.place);
    std::erase_if(rows, [&](const row& each) { return each.entry.place == entry.place; });
    rows.push_back({entry});
  }

  bool erase(log_place place) {
    const auto found = at(place);
    if (found == rows.end()) return false;
    const bool was_head = is_head(found->entry);
    const std::string ordering = found->entry.ordering;
    rows.erase(found);
    for (row& each : rows) {
      if (was_head && !ordering.empty() && each.entry.ordering == ordering && is_head(each.entry) &&
          each.entry.attempts == 0) {
        each.entry.due = time_point{};
      }
    }
    return true;
  }

  const exception_entry* take_due(time_point now) {
    row* first = next();
    if (first == nullptr || first->entry.due > now) return nullptr;
    first->in_flight = true;
    return &first->entry;
  }

  void give_back(log_place place) {
    if (const auto found = at(place); found != rows.end()) found->in_flight = false;
  }

  std::optional<time_point> next_due() {
    const row* first = next();
    return first == nullptr ? std::nullopt : std::optional{first->entry.due};
  }

  bool holds(const std::string& ordering) const {
    return std::ranges::any_of(rows, [&](const row& each) { return each.entry.ordering == ordering; });
  }

  struct row {
    exception_entry entry{};
    bool in_flight{false};
  };
  std::vector<row> rows{};

 private:
  std::vector<row>::iterator at(log_place place) {
    return std::ranges::find(rows, place, [](const row& each) { return each.entry.place; });
  }

  bool is_head(const exception_entry& entry) const {
    return entry.ordering.empty() || std::ranges::none_of(rows, [&](const row& each) {
             return each.entry.ordering == entry.ordering && each.entry.place < entry.place;
           });
  }

  row* next() {
    row* first = nullptr;
    for (row& each : rows) {
      if (each.in_flight || !is_head(each.entry)) continue;
      if (first == nullptr ||
          std::pair{each.entry.due, each.entry.place} < std::pair{first->entry.due, first->entry.place}) {
        first = &each;
      }
    }
    return first;
  }
};

}  // namespace

TEST_CASE("what has been due the longest is tried first, and nothing before its time") {
  exception_table table;
  table.put(failed(1, start + 3s));
  table.put(failed(2, start + 1s));
  table.put(failed(3, start + 2s));
  CHECK(table.next_due() == start + 1s);
  CHECK(take(table, start + 999ms) == 0);
  CHECK(take(table, start + 2s) == 2);
  CHECK(take(table, start + 2s) == 3);
  CHECK(take(table, start + 2s) == 0);
  CHECK(table.next_due() == start + 3s);
}

TEST_CASE("an entry in flight is not tried again until it is put or given back") {
  exception_table table;
  table.put(failed(1, start));
  REQUIRE(take(table, start) == 1);
  CHECK_FALSE(table.next_due());
  CHECK(take(table, start + 1h) == 0);

  table.give_back(place_of(1));
  CHECK(take(table, start) == 1);

  table.put(failed(1, start + 5s, {}, 2));
  CHECK(table.size() == 1);
  CHECK(table.find(place_of(1))->attempts == 2);
  CHECK(take(table, start + 4s) == 0);
  CHECK(take(table, start + 5s) == 1);
}

TEST_CASE("giving back what is not in flight changes nothing") {
  exception_table table;
  table.put(failed(1, start));
  table.give_back(place_of(1));
  table.give_back(place_of(2));
  CHECK(take(table, start) == 1);
  CHECK(take(table, start) == 0);
}

TEST_CASE("events of one key are tried in their order, however soon the later ones are due") {
  exception_table table;
  table.put(failed(10, start + 60s, "a"));
  table.put(held_back(11, "a"));
  table.put(failed(12, start, "a"));
  CHECK(table.holds("a"));
  CHECK(table.next_due() == start + 60s);
  CHECK(take(table, start + 59s) == 0);
  REQUIRE(take(table, start + 60s) == 10);
  CHECK(take(table, start + 60s) == 0);

  REQUIRE(table.erase(place_of(10)));
  REQUIRE(take(table, start + 60s) == 11);
  REQUIRE(table.erase(place_of(11)));
  REQUIRE(take(table, start + 60s) == 12);
  REQUIRE(table.erase(place_of(12)));
  CHECK_FALSE(table.holds("a"));
  CHECK_FALSE(table.next_due());
}

TEST_CASE("one key does not hold back another, nor events without one") {
  exception_table table;
  table.put(failed(1, start + 60s, "a"));
  table.put(held_back(2, "a"));
  table.put(failed(3, start, "b"));
  table.put(failed(4, start + 1ms));
  CHECK_FALSE(table.holds("c"));
  CHECK_FALSE(table.holds(""));
  CHECK(take(table, start + 1s) == 3);
  CHECK(take(table, start + 1s) == 4);
  CHECK(take(table, start + 1s) == 0);
}

TEST_CASE("the head of a key waits for its next attempt, and with it the rest") {
  exception_table table;
  table.put(failed(1, start, "a"));
  table.put(held_back(2, "a"));
  REQUIRE(take(table, start) == 1);
  table.put(failed(1, start + 10s, "a", 2));
  CHECK(take(table, start + 9s) == 0);
  CHECK(take(table, start + 10s) == 1);
}

TEST_CASE("rows may be loaded in any order") {
  exception_table table;
  table.put(held_back(12, "a"));
  table.put(held_back(11, "a"));
  table.put(failed(10, start + 1s, "a"));
  CHECK(take(table, start) == 0);
  CHECK(take(table, start + 1s) == 10);
}

TEST_CASE("an event that comes before a head in flight takes its place, and the head is not handed out twice") {
  exception_table table;
  table.put(failed(5, start, "a"));
  REQUIRE(take(table, start) == 5);
  table.put(failed(3, start, "a"));
  REQUIRE(take(table, start) == 3);
  table.erase(place_of(3));
  CHECK(take(table, start + 1h) == 0);
  table.give_back(place_of(5));
  CHECK(take(table, start) == 5);
}

TEST_CASE("an entry that is taken out is gone, also when it is in flight or held back") {
  exception_table table;
  table.put(failed(1, start, "a"));
  table.put(held_back(2, "a"));
  table.put(held_back(3, "a"));
  REQUIRE(take(table, start) == 1);
  CHECK(table.erase(place_of(2)));
  CHECK(table.erase(place_of(1)));
  CHECK_FALSE(table.erase(place_of(1)));
  CHECK(table.find(place_of(1)) == nullptr);
  CHECK(take(table, start) == 3);
  CHECK(table.entries().size() == 1);
}

TEST_CASE("a table is full at its limit") {
  exception_table table;
  for (std::uint64_t seq = 1; seq < exception_table::max_entries; ++seq) table.put(failed(seq, start));
  CHECK_FALSE(table.full());
  table.put(failed(exception_table::max_entries, start));
  CHECK(table.full());
  table.clear();
  CHECK(table.size() == 0);
  CHECK_FALSE(table.next_due());
  CHECK(take(table, start) == 0);
}

TEST_CASE("a random table does what a list would") {
  const std::vector<std::string> orderings{"", "a", "b", "c"};
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    std::mt19937 random{seed};
    const auto below = [&](std::uint64_t bound) {
      return std::uniform_int_distribution<std::uint64_t>{0, bound - 1}(random);
    };
    exception_table table;
    table_model model;
    time_point now = start;
    for (int step = 0; step < 1000; ++step) {
      INFO("seed " << seed << ", step " << step);
      const log_place place{partition_id{static_cast<std::uint16_t>(below(2))}, offset{1 + below(8)}};
      switch (below(5)) {
        case 0: {
          const auto attempts = static_cast<std::uint32_t>(below(3));
          const time_point due = attempts == 0 ? time_point{} : now + std::chrono::milliseconds{below(50)};
          const exception_entry entry{place, priority::low, attempts, due, orderings[below(orderings.size())]};
          table.put(entry);
          model.put(entry);
          break;
        }
        case 1:
          REQUIRE(table.erase(place) == model.erase(place));
          break;
        case 2: {
          now += std::chrono::milliseconds{below(20)};
          const exception_entry* due = table.take_due(now);
          const exception_entry* expected = model.take_due(now);
          REQUIRE((due == nullptr) == (expected == nullptr));
          if (due != nullptr) REQUIRE(*due == *expected);
          break;
        }
        case 3:
          table.give_back(place);
          model.give_back(place);
          break;
        default: {
          const std::string& ordering = orderings[1 + below(3)];
          REQUIRE(table.holds(ordering) == model.holds(ordering));
          break;
        }
      }
      REQUIRE(table.next_due() == model.next_due());
      REQUIRE(table.size() == model.rows.size());
      for (const table_model::row& each : model.rows) REQUIRE(*table.find(each.entry.place) == each.entry);
    }
  }
}
