#include "broker/delivery/flight_table.hpp"

#include "support/broker_fixture.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::test {
namespace {

using std::chrono::seconds;

const flight_table::time lease_start{seconds{1000}};

flight flight_of(std::uint64_t seq) {
  auto record = make_event("a");
  record->seq = {seq};
  return {.place = {{}, {seq}}, .record = std::move(record)};
}

TEST_CASE("of leases the first deadline counts, however they were handed out, and none that has ended") {
  delivery_tag serial{0};
  flight_table flights{serial};
  flights.begin(3);
  const delivery_tag longest = flights.add(flight_of(1), lease_start + seconds{60});
  const delivery_tag shortest = flights.add(flight_of(2), lease_start + seconds{1});
  const delivery_tag other = flights.add(flight_of(3), lease_start + seconds{30});
  CHECK(flights.next_deadline() == lease_start + seconds{1});
  CHECK(flights.overdue(lease_start + seconds{30}) == std::vector<delivery_tag>{shortest, other});

  flights.take(shortest);
  CHECK(flights.next_deadline() == lease_start + seconds{30});
  flights.take(other);
  flights.take(longest);
  CHECK_FALSE(flights.next_deadline());
  CHECK(flights.overdue(lease_start + seconds{90}).empty());
}

TEST_CASE("what is no lease has no deadline") {
  delivery_tag serial{0};
  flight_table flights{serial};
  flights.begin(1);
  flights.add(flight_of(1), std::nullopt);
  CHECK_FALSE(flights.next_deadline());
  CHECK(flights.events() == 1);
}

TEST_CASE("flights that were all taken leave no deadline to those that follow") {
  delivery_tag serial{0};
  flight_table flights{serial};
  flights.begin(1);
  flights.add(flight_of(1), lease_start + seconds{3600});
  CHECK(flights.take_all().size() == 1);
  flights.begin(1);
  flights.add(flight_of(1), lease_start + seconds{5});
  CHECK(flights.next_deadline() == lease_start + seconds{5});
}

TEST_CASE("tables that share a serial never give one tag twice") {
  delivery_tag serial{0};
  flight_table one{serial};
  flight_table other{serial};
  one.begin(2);
  other.begin(1);
  const delivery_tag first = one.add(flight_of(1), std::nullopt);
  const delivery_tag second = other.add(flight_of(1), std::nullopt);
  const delivery_tag third = one.add(flight_of(2), std::nullopt);
  CHECK(first < second);
  CHECK(second < third);
}

}  // namespace
}  // namespace eventmgr::test
