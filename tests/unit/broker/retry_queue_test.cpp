#include "broker/delivery/redelivery/retry_queue.hpp"

#include <catch2/catch.hpp>

#include <utility>

namespace eventmgr::test {
namespace {

using queue_time = retry_queue::time;
using std::chrono::seconds;

const queue_time begin{seconds{100}};

redelivery item_of(std::uint64_t ticket, std::string ordering = {}, std::size_t bytes = 0) {
  auto record = std::make_shared<event>();
  record->payload = std::string(bytes, 'x');
  record->metadata.clear();
  return {.ticket = ticket, .place = {{}, {ticket}}, .record = std::move(record), .ordering = std::move(ordering)};
}

TEST_CASE("what waits comes back when it is due, the earliest first") {
  retry_queue queue;
  queue.wait(item_of(1), begin + seconds{2});
  queue.wait(item_of(2), begin + seconds{1});

  CHECK(queue.due(begin) == nullptr);
  CHECK(queue.next() == begin + seconds{1});
  REQUIRE(queue.due(begin + seconds{5}));
  CHECK(queue.take().ticket == 2);
  CHECK(queue.take().ticket == 1);
  CHECK(queue.empty());
}

TEST_CASE("a topic or key is held while one of it waits, not while it flies") {
  retry_queue queue;
  queue.fly(item_of(1, "a"));
  CHECK_FALSE(queue.holds("a"));
  queue.wait(queue.land(1).value(), begin);
  CHECK(queue.holds("a"));
  CHECK_FALSE(queue.holds("b"));
  CHECK_FALSE(queue.holds(""));
  queue.fly(queue.take());
  CHECK_FALSE(queue.holds("a"));
}

TEST_CASE("one that waits can be dropped, one that flies cannot") {
  retry_queue queue;
  queue.wait(item_of(1, "a"), begin);
  queue.fly(item_of(2, "b"));

  CHECK(queue.drop({{}, {1}}));
  CHECK_FALSE(queue.drop({{}, {1}}));
  CHECK_FALSE(queue.drop({{}, {2}}));
  CHECK_FALSE(queue.holds("a"));
  CHECK_FALSE(queue.has({{}, {1}}));
  CHECK(queue.has({{}, {2}}));
  CHECK(queue.waiting() == 0);
  CHECK(queue.flying() == 1);
  CHECK(queue.land(2).has_value());
  CHECK_FALSE(queue.land(2).has_value());
}

TEST_CASE("a queue is full of many that wait, or of a few large ones") {
  retry_queue many;
  for (std::uint64_t i = 1; i < retry_queue::most_waiting; ++i) many.wait(item_of(i), begin);
  CHECK_FALSE(many.full());
  many.wait(item_of(retry_queue::most_waiting), begin);
  CHECK(many.full());

  retry_queue large;
  large.fly(item_of(1, {}, retry_queue::most_bytes));
  CHECK(large.full());
  large.land(1);
  CHECK(large.bytes() == 0);
}

}  // namespace
}  // namespace eventmgr::test
