#include "delivery/websocket/flight_book.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::delivery;
using namespace std::chrono_literals;

using codec::websocket::acknowledgement;
using verdict = delivery_result::verdict;

namespace {

const time_point wall = *parse_rfc3339("2026-01-02T03:04:05Z");

struct fixture {
  flight_book book{17, 30s};
  flight_book::clock::time_point now{};
  std::vector<delivery_result> results{};

  std::string add(delivery_tag tag) { return book.add(tag, now, wall); }
  void settle(const acknowledgement& said) { book.settle(said, now, results); }

  std::vector<delivery_tag> tags() const {
    std::vector<delivery_tag> tags;
    for (const delivery_result& told : results) tags.push_back(told.tag);
    return tags;
  }
};

}  // namespace

TEST_CASE("what the peer acknowledges succeeds once, in the order of its words", "[outbound]") {
  fixture f;
  const std::string a = f.add(100);
  const std::string b = f.add(200);
  const std::string c = f.add(300);
  f.now += 40ms;

  f.settle({.ids = {c, a}});
  f.settle({.ids = {a, c}});

  CHECK(f.tags() == std::vector<delivery_tag>{300, 100});
  CHECK(f.results[0].outcome == verdict::success);
  CHECK(f.results[0].error.empty());
  CHECK(f.results[0].at == wall);
  CHECK(f.results[0].duration == 40ms);
  f.settle({.ids = {b}});
  CHECK_FALSE(f.book.next_deadline());
}

TEST_CASE("a refusal is a failed attempt, or the last one", "[outbound]") {
  fixture f;
  const std::string a = f.add(1);
  const std::string b = f.add(2);

  f.settle({.ids = {a}, .success = false, .error = "busy"});
  f.settle({.ids = {b}, .success = false, .retry = false});

  REQUIRE(f.results.size() == 2);
  CHECK(f.results[0].outcome == verdict::retry);
  CHECK(f.results[0].error == "busy");
  CHECK_FALSE(f.results[0].endpoint_failed);
  CHECK(f.results[1].outcome == verdict::reject);
  CHECK(f.results[1].error == "refused by the receiver");
}

TEST_CASE("what is not acknowledged in time has failed, and what comes later is passed over", "[outbound]") {
  fixture f;
  const std::string a = f.add(1);
  f.now += 10s;
  f.add(2);
  REQUIRE(f.book.next_deadline() == f.now + 20s);
  f.now += 20s;

  f.book.expire(f.now, f.results);
  f.settle({.ids = {a}});

  REQUIRE(f.tags() == std::vector<delivery_tag>{1});
  CHECK(f.results[0].outcome == verdict::retry);
  CHECK(f.results[0].endpoint_failed);
  CHECK(f.results[0].error == "timed out after 30 s");
  CHECK(f.results[0].duration == 30s);
  CHECK(f.book.next_deadline() == f.now + 10s);
}

TEST_CASE("what the end of a connection finds is given back", "[outbound]") {
  fixture f;
  f.add(1);
  f.add(2);

  f.book.release(f.results);

  CHECK(f.tags() == std::vector<delivery_tag>{1, 2});
  for (const delivery_result& told : f.results) CHECK(told.outcome == verdict::release);
  CHECK_FALSE(f.book.next_deadline());
}

TEST_CASE("ids of another connection, and no ids at all, are passed over", "[outbound]") {
  fixture f;
  const std::string own = f.add(1);
  flight_book other{18, 30s};
  const std::string foreign = other.add(1, f.now, wall);
  REQUIRE(own != foreign);

  f.settle({.ids = {foreign, "", "1", "1.", ".17", "1.17x", "x.17", "-1.17", "99999999999999999999.17"}});

  CHECK(f.results.empty());
}
