#include "chaos/history.hpp"

#include <catch2/catch.hpp>

#include <utility>

namespace eventmgr::chaos {

namespace {

stored_event at(std::uint64_t seq, std::string id, std::string received_at) {
  return {.seq = seq, .id = std::move(id), .received_at = std::move(received_at)};
}

const std::vector<stored_event> sound{at(1, "a", "2026-01-01T00:00:00.000Z"), at(2, "b", "2026-01-01T00:00:00.000Z"),
                                      at(3, "c", "2026-01-01T00:00:00.001Z")};

/// The log with one event changed.
std::vector<stored_event> with(std::size_t index, const stored_event& changed) {
  auto history = sound;
  history.at(index) = changed;
  return history;
}

}  // namespace

TEST_CASE("a log with every acknowledged event at its offset is sound") {
  CHECK(faults_in(sound, {{"a", 1}, {"c", 3}}).empty());
  CHECK(faults_in({}, {}).empty());
}

TEST_CASE("what a crash may never do to a log is found") {
  const auto later = sound[2].received_at;

  CHECK_FALSE(faults_in(with(0, at(2, "a", later)), {}).empty());
  CHECK(faults_in(with(2, at(4, "c", later)), {}) == std::vector<std::string>{"offset 4 where 3 was expected"});
  CHECK(faults_in(with(2, at(3, "a", later)), {}) == std::vector<std::string>{"a is stored at 1 and at 3"});
  CHECK(faults_in(with(0, at(1, "a", later)), {}) ==
        std::vector<std::string>{"offset 2 was received before the one before it"});
  CHECK(faults_in(sound, {{"d", 4}}) == std::vector<std::string>{"d was acknowledged at 4 and is lost"});
  CHECK(faults_in(sound, {{"b", 3}}) == std::vector<std::string>{"b was acknowledged at 3 and is at 2"});
}

}  // namespace eventmgr::chaos
