#include "broker/rate_window.hpp"
#include "broker/tail_ring.hpp"
#include "support/broker_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr {
namespace {

std::shared_ptr<const event> numbered(std::uint64_t seq, std::size_t payload_bytes = 2) {
  auto made = test::make_event("a", std::string(payload_bytes, ' '));
  made->seq = {seq};
  return made;
}

TEST_CASE("the ring holds the newest events and knows what it holds") {
  tail_ring ring{offset{41}, 3, 1 << 20};
  CHECK(ring.first() == offset{42});
  CHECK(ring.find(offset{41}) == nullptr);

  for (std::uint64_t seq = 42; seq <= 46; ++seq) ring.push(numbered(seq));

  CHECK(ring.head() == offset{46});
  CHECK(ring.first() == offset{44});
  CHECK(ring.find(offset{43}) == nullptr);
  CHECK(ring.find(offset{44})->record()->seq == offset{44});
  CHECK(ring.find(offset{47}) == nullptr);
}

TEST_CASE("the ring is bounded in bytes, but always holds the newest event") {
  tail_ring ring{offset{0}, 100, 5000};
  for (std::uint64_t seq = 1; seq <= 10; ++seq) ring.push(numbered(seq, 500));
  CHECK(ring.first() > offset{5});
  ring.push(numbered(11, 10000));
  CHECK(ring.first() == offset{11});
}

TEST_CASE("the rate is taken over the last ten whole seconds") {
  using std::chrono::seconds;
  const rate_window::instant start{seconds{1000}};
  rate_window rate{start};
  CHECK(rate.per_second(start) == 0);

  rate.add(start, 100);
  CHECK(rate.per_second(start + seconds{1}) == 100);
  CHECK(rate.per_second(start + seconds{4}) == 25);
  rate.add(start + seconds{5}, 300);
  CHECK(rate.per_second(start + seconds{10}) == 40);
  CHECK(rate.per_second(start + seconds{12}) == 30);
  CHECK(rate.per_second(start + seconds{500}) == 0);
}

}  // namespace
}  // namespace eventmgr
