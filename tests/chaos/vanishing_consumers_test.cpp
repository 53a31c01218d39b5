#include "chaos/durable_consumer.hpp"
#include "chaos/history.hpp"
#include "chaos/ledger.hpp"
#include "chaos/publishers.hpp"
#include "chaos/subscriptions.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace eventmgr::chaos {

namespace {

constexpr const char* name = "shared";
constexpr const char* options = R"({"maxConcurrency":500})";

/// Consumers that come, take some events, and vanish: before they acknowledge, between two acknowledgements, in the
/// middle of one, or right after the last one.
class vanishing_consumers {
 public:
  vanishing_consumers(const live_server& server, unsigned consumers, unsigned visits) {
    for (unsigned i = 0; i < consumers; ++i) {
      threads_.emplace_back([this, &server, visits, seed = i] {
        std::mt19937 random(seed);
        for (unsigned visit = 0; visit < visits; ++visit) this->visit(server, random);
      });
    }
  }

  void join() {
    for (auto& thread : threads_) thread.join();
  }

  /// After `join`: events of a second attempt or later.
  std::uint64_t later_attempts() const { return later_attempts_; }
  std::uint64_t failed_visits() const { return failed_visits_; }

 private:
  void visit(const live_server& server, std::mt19937& random) {
    try {
      attached_stream stream(server.address(), name, "chaos.#", options);
      const auto wanted = 1 + random() % 60;
      const auto manner = random() % 4;
      for (unsigned taken = 1; taken <= wanted; ++taken) {
        const auto delivery = stream.next(std::chrono::milliseconds(200));
        if (!delivery) return;
        if (delivery->attempt != 1) ++later_attempts_;
        if (manner == 0 || (manner == 1 && taken > wanted / 2)) continue;
        if (manner == 2 && taken == wanted) return stream.half_acknowledge(delivery->ack_id);
        stream.acknowledge(delivery->ack_id);
      }
    } catch (const std::exception&) {
      ++failed_visits_;
    }
  }

  std::atomic<std::uint64_t> later_attempts_{0};
  std::atomic<std::uint64_t> failed_visits_{0};
  std::vector<std::thread> threads_;
};

/// The ids of at least so many events, as long as they are of a first attempt and come in time.
id_set take_at_first_attempt(attached_stream& stream, std::uint64_t events) {
  id_set ids;
  while (ids.size() < events) {
    const auto delivery = stream.next(testing::default_patience);
    if (!delivery || delivery->attempt != 1) break;
    ids.insert(delivery->event.id);
  }
  return ids;
}

}  // namespace

TEST_CASE("consumers that vanish while they acknowledge cost no event, and no attempt") {
  const testing::temp_dir data(disk_folder());
  live_server server(data.path());
  { const attached_stream creates_it(server.address(), name, "chaos.#", options); }
  publisher_group publishers(server, 2, 1);

#ifdef EVENTMGR_CHAOS_SANITIZED
  vanishing_consumers consumers(server, 4, 15);
#else
  vanishing_consumers consumers(server, 4, 60);
#endif
  consumers.join();
  CHECK(consumers.failed_visits() == 0);
  CHECK(consumers.later_attempts() == 0);
  REQUIRE(publishers.wait_for_more(100));
  publishers.stop();

  durable_consumer faithful(server, name, "chaos.#", options);
  CHECK(wait_until_settled(server.address(), name));
  faithful.stop();
  const auto history = read_history(server.address());
  INFO(bench::subscription_stats(server.address(), name));
  const auto found = bench::settlement_of(server.address(), name);
  CHECK(found.matched == history.size());
  CHECK(found.acknowledged == history.size());
  CHECK(found.dead == 0);
  CHECK(server.terminate() == 0);
  CHECK_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
}

TEST_CASE("what a consumer held when it vanished goes to another at once, at the same attempt") {
  const testing::temp_dir data(disk_folder());
  live_server server(data.path());
  auto holder = std::make_unique<attached_stream>(server.address(), name, "chaos.#", options);
  publisher_group publishers(server, 1, 0);
  REQUIRE(publishers.wait_for_more(100));
  publishers.stop();
  const auto events = publishers.acknowledged();
  const auto held = take_at_first_attempt(*holder, events);
  REQUIRE(held.size() == events);

  holder.reset();
  auto other = std::make_unique<attached_stream>(server.address(), name, "chaos.#", options);
  const auto left_at = std::chrono::steady_clock::now();
  const auto given = take_at_first_attempt(*other, events);

  CHECK(given == held);
  // Before the leases would have ended.
  CHECK(std::chrono::steady_clock::now() - left_at < std::chrono::seconds(20));
  other.reset();
  CHECK(server.terminate() == 0);
  CHECK_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
}

}  // namespace eventmgr::chaos
