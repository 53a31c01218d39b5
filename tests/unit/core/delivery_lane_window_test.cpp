#include "core/delivery/lane_window.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <utility>
#include <vector>

using namespace eventmgr;

namespace {

using outcome = delivery_outcome;
using passed_events = std::vector<std::pair<std::uint64_t, outcome>>;

passed_events advance(lane_window& window) {
  passed_events passed;
  window.advance([&](offset seq, outcome what) { passed.emplace_back(seq.value, what); });
  return passed;
}

/// The same rules, said with a map.
class window_model {
 public:
  explicit window_model(std::uint64_t origin) : floor{origin}, scan{origin} {}

  bool settle(std::uint64_t seq, outcome what) {
    const auto found = events.find(seq);
    if (found == events.end()) return false;
    if (found->second == outcome::outstanding || found->second == outcome::exception) found->second = what;
    return true;
  }

  passed_events advance() {
    std::uint64_t next_floor = scan;
    for (const auto& [seq, what] : events) {
      if (what != outcome::outstanding) continue;
      next_floor = seq - 1;
      break;
    }
    floor = next_floor;
    passed_events passed(events.begin(), events.upper_bound(floor));
    events.erase(events.begin(), events.upper_bound(floor));
    return passed;
  }

  std::size_t outstanding() const {
    return static_cast<std::size_t>(
        std::ranges::count(events, outcome::outstanding, [](const auto& each) { return each.second; }));
  }

  std::map<std::uint64_t, outcome> events{};
  std::uint64_t floor;
  std::uint64_t scan;
};

}  // namespace

TEST_CASE("the floor follows the scan where nothing is outstanding") {
  lane_window window{offset{10}};
  CHECK(window.floor() == offset{10});
  window.scanned(offset{500});
  CHECK(advance(window).empty());
  CHECK(window.floor() == offset{500});
  window.scanned(offset{400});
  CHECK(window.scan() == offset{500});
}

TEST_CASE("the floor stops before the smallest outstanding event") {
  lane_window window{offset{0}};
  for (const std::uint64_t seq : {3U, 5U, 9U}) window.take(offset{seq});
  window.scanned(offset{20});
  CHECK(window.settle(offset{5}, outcome::acknowledged));
  CHECK(advance(window).empty());
  CHECK(window.floor() == offset{2});
  CHECK(window.outstanding() == 2);
  CHECK(window.size() == 3);

  CHECK(window.settle(offset{3}, outcome::expired));
  CHECK(advance(window) == passed_events{{3, outcome::expired}, {5, outcome::acknowledged}});
  CHECK(window.floor() == offset{8});

  CHECK(window.settle(offset{9}, outcome::dead));
  CHECK(advance(window) == passed_events{{9, outcome::dead}});
  CHECK(window.floor() == offset{20});
  CHECK(window.size() == 0);
}

TEST_CASE("an event that becomes an exception does not hold the floor") {
  lane_window window{offset{0}};
  window.take(offset{1});
  window.take(offset{2});
  CHECK(window.settle(offset{1}, outcome::exception));
  CHECK(advance(window) == passed_events{{1, outcome::exception}});
  CHECK(window.floor() == offset{1});
  CHECK_FALSE(window.settle(offset{1}, outcome::acknowledged));
}

TEST_CASE("an exception that the floor has not passed takes its last outcome") {
  lane_window window{offset{0}};
  window.take(offset{1});
  window.take(offset{2});
  window.settle(offset{2}, outcome::exception);
  CHECK(window.settle(offset{2}, outcome::acknowledged));
  window.settle(offset{1}, outcome::acknowledged);
  CHECK(advance(window) == passed_events{{1, outcome::acknowledged}, {2, outcome::acknowledged}});
}

TEST_CASE("an outcome is not changed by a later one") {
  lane_window window{offset{0}};
  window.take(offset{1});
  window.take(offset{2});
  window.settle(offset{2}, outcome::skipped);
  CHECK(window.settle(offset{2}, outcome::acknowledged));
  window.settle(offset{1}, outcome::acknowledged);
  CHECK(advance(window).back() == std::pair{std::uint64_t{2}, outcome::skipped});
}

TEST_CASE("what was never taken cannot be settled") {
  lane_window window{offset{5}};
  window.take(offset{8});
  window.scanned(offset{10});
  for (const std::uint64_t seq : {0U, 5U, 7U, 9U, 11U}) CHECK_FALSE(window.settle(offset{seq}, outcome::acknowledged));
}

TEST_CASE("an event that is taken with its outcome is not outstanding") {
  lane_window window{offset{0}};
  window.take(offset{1}, outcome::exception);
  window.take(offset{2}, outcome::dead);
  CHECK(window.outstanding() == 0);
  CHECK(advance(window) == passed_events{{1, outcome::exception}, {2, outcome::dead}});
  CHECK(window.floor() == offset{2});
}

TEST_CASE("a random window does what a map would") {
  constexpr std::array settled{outcome::exception, outcome::acknowledged, outcome::expired, outcome::dead,
                               outcome::skipped};
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    std::mt19937 random{seed};
    const auto below = [&](std::uint64_t bound) {
      return std::uniform_int_distribution<std::uint64_t>{0, bound - 1}(random);
    };
    const std::uint64_t origin = below(100);
    lane_window window{offset{origin}};
    window_model model{origin};
    for (int step = 0; step < 1000; ++step) {
      INFO("seed " << seed << ", step " << step);
      switch (below(5)) {
        case 0:
        case 1: {
          const std::uint64_t seq = model.scan + 1 + below(4);
          const outcome known = below(5) == 0 ? settled[below(settled.size())] : outcome::outstanding;
          window.take(offset{seq}, known);
          model.events[seq] = known;
          model.scan = seq;
          break;
        }
        case 2: {
          const std::uint64_t through = model.scan + below(6) - std::min<std::uint64_t>(model.scan, 3);
          window.scanned(offset{through});
          model.scan = std::max(model.scan, through);
          break;
        }
        case 3: {
          const std::uint64_t seq = model.floor + below(model.scan - model.floor + 3);
          const outcome what = settled[below(settled.size())];
          REQUIRE(window.settle(offset{seq}, what) == model.settle(seq, what));
          break;
        }
        default:
          REQUIRE(advance(window) == model.advance());
          break;
      }
      REQUIRE(window.scan() == offset{model.scan});
      REQUIRE(window.floor() == offset{model.floor});
      REQUIRE(window.size() == model.events.size());
      REQUIRE(window.outstanding() == model.outstanding());
    }
  }
}
