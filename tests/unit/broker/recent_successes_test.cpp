#include "broker/delivery/recent_successes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace eventmgr::test {
namespace {

recent_success success_of(std::uint8_t subscription, std::uint64_t seq, std::uint32_t generation = 1) {
  recent_success made{.place = {{}, {seq}},
                      .acknowledged_at = time_point{std::chrono::milliseconds{1000 * seq}},
                      .generation = generation};
  made.subscription.value.bytes[15] = subscription;
  return made;
}

/// When it was acknowledged, in seconds; 0: it is not remembered.
std::int64_t second_of(const recent_successes& in, std::uint8_t subscription, std::uint64_t seq) {
  const recent_success* const found = in.find(success_of(subscription, seq).subscription, {{}, {seq}});
  return found == nullptr ? 0 : found->acknowledged_at.time_since_epoch().count() / 1000;
}

TEST_CASE("a success is found by its subscription and its place") {
  recent_successes recent;
  CHECK(second_of(recent, 1, 5) == 0);
  recent.add(success_of(1, 5));
  recent.add(success_of(2, 6));

  CHECK(second_of(recent, 1, 5) == 5);
  CHECK(second_of(recent, 2, 6) == 6);
  CHECK(second_of(recent, 1, 6) == 0);
  CHECK(second_of(recent, 2, 5) == 0);
  CHECK(recent.find(success_of(1, 5).subscription, {{1}, {5}}) == nullptr);
}

TEST_CASE("of several of one event the newest is found, with its generation") {
  recent_successes recent;
  recent.add(success_of(1, 5, 1));
  recent.add(success_of(1, 5, 2));
  const recent_success* const found = recent.find(success_of(1, 5).subscription, {{}, {5}});
  REQUIRE(found != nullptr);
  CHECK(found->generation == 2);
}

TEST_CASE("the newest successes are remembered, however many came and of whom") {
  const auto capacity = GENERATE(std::size_t{1}, 3, 64, 1000);
  CAPTURE(capacity);
  recent_successes recent{capacity};
  constexpr std::uint64_t count = 5000;
  const auto owner_of = [](std::uint64_t seq) { return static_cast<std::uint8_t>(seq % 7); };
  for (std::uint64_t seq = 1; seq <= count; ++seq) {
    recent.add(success_of(owner_of(seq), seq));
    if (recent.size() != std::min<std::uint64_t>(seq, capacity)) FAIL(recent.size() << " of " << seq);
  }
  for (std::uint64_t seq = 1; seq <= count; ++seq) {
    const auto expected = seq + capacity > count ? static_cast<std::int64_t>(seq) : 0;
    if (second_of(recent, owner_of(seq), seq) != expected) FAIL(seq << " of " << count);
  }
  CHECK(recent.size() == capacity);
}

TEST_CASE("what comes again after all was overwritten is the newer one") {
  recent_successes recent{4};
  for (std::uint32_t generation = 1; generation <= 3; ++generation) {
    for (std::uint64_t seq = 1; seq <= 4; ++seq) recent.add(success_of(1, seq, generation));
    for (std::uint64_t seq = 1; seq <= 4; ++seq) {
      CHECK(recent.find(success_of(1, seq).subscription, {{}, {seq}})->generation == generation);
    }
  }
}

}  // namespace
}  // namespace eventmgr::test
