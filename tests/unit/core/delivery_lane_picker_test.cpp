#include "core/delivery/lane_picker.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace eventmgr;

namespace {

constexpr std::array<bool, 4> nothing{};
constexpr std::array<bool, 4> everything{true, true, true, true};
constexpr std::array<bool, 4> critical_and_low{true, false, false, true};
constexpr std::array<bool, 4> only_critical{true, false, false, false};

/// The lanes of `count` picks, as digits.
std::string picks(lane_picker& picker, const std::array<bool, 4>& waiting, int count) {
  std::string picked;
  for (int i = 0; i < count; ++i) {
    const auto lane = picker.pick(waiting);
    picked += lane ? static_cast<char>('0' + static_cast<int>(*lane)) : '-';
  }
  return picked;
}

}  // namespace

TEST_CASE("the most urgent lane that waits is picked") {
  for (unsigned mask = 1; mask < 16; ++mask) {
    std::array<bool, 4> waiting{};
    std::optional<priority> expected;
    for (unsigned lane = 0; lane < 4; ++lane) {
      waiting[lane] = (mask >> lane & 1U) != 0;
      if (waiting[lane] && !expected) expected = static_cast<priority>(lane);
    }
    INFO("waiting: " << mask);
    CHECK(lane_picker{}.pick(waiting) == expected);
  }
}

TEST_CASE("nothing is picked when nothing waits") {
  lane_picker picker;
  CHECK_FALSE(picker.pick(nothing));
}

TEST_CASE("a lane that was passed over 32 times in a row gets one") {
  lane_picker picker;
  const std::string round = std::string(32, '0') + "3";
  CHECK(picks(picker, critical_and_low, 99) == round + round + round);
}

TEST_CASE("lanes that are due together go the least urgent first") {
  lane_picker picker;
  CHECK(picks(picker, everything, 64) == std::string(32, '0') + "321" + std::string(29, '0'));
}

TEST_CASE("every lane that waits is picked again and again") {
  lane_picker picker;
  std::array<int, 4> since{};
  for (int i = 0; i < 10000; ++i) {
    const auto lane = static_cast<std::size_t>(*picker.pick(everything));
    for (int& each : since) ++each;
    since[lane] = 0;
    for (const int each : since) REQUIRE(each <= 32 + 3);
  }
}

TEST_CASE("a lane of which nothing can be said for a while keeps its place") {
  lane_picker picker;
  picks(picker, critical_and_low, 31);
  CHECK(picker.pick(only_critical, 1) == priority::critical);
  CHECK(picks(picker, critical_and_low, 2) == "03");
}

TEST_CASE("a lane that does not wait for a while is not passed over") {
  lane_picker picker;
  picks(picker, critical_and_low, 31);
  picks(picker, only_critical, 1);
  CHECK(picks(picker, critical_and_low, 33) == std::string(32, '0') + "3");
}
