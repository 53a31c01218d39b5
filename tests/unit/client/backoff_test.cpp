#include "client/backoff.hpp"

#include <catch2/catch.hpp>

using eventmgr::client::reconnect_delay;
using std::chrono::milliseconds;

TEST_CASE("the delay before coming back doubles, up to its bound") {
  struct row {
    unsigned attempt;
    int expected_ms;
  };
  const auto cases = {row{0, 100},  row{1, 100},  row{2, 200},          row{3, 400},
                      row{6, 3200}, row{7, 5000}, row{4000000000, 5000}};
  for (const auto& [attempt, expected] : cases) {
    CAPTURE(attempt);
    CHECK(reconnect_delay(attempt, milliseconds{100}, milliseconds{5000}, 1.0) == milliseconds{expected});
  }
}

TEST_CASE("jitter takes at most half of the delay away") {
  CHECK(reconnect_delay(3, milliseconds{100}, milliseconds{5000}, 0.0) == milliseconds{200});
  CHECK(reconnect_delay(3, milliseconds{100}, milliseconds{5000}, 0.5) == milliseconds{300});
}

TEST_CASE("a first delay beyond the bound is the bound") {
  CHECK(reconnect_delay(1, milliseconds{9000}, milliseconds{5000}, 1.0) == milliseconds{5000});
}
