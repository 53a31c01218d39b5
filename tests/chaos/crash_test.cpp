#include "chaos/follower.hpp"
#include "chaos/history.hpp"
#include "chaos/ledger.hpp"
#include "chaos/live_server.hpp"
#include "chaos/publishers.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

namespace eventmgr::chaos {

namespace {

void check_log(const live_server& server, const publisher_group& publishers, const std::vector<stored_event>& history) {
  INFO(server.log());
  CHECK(joined(publishers.faults()).empty());
  CHECK(publishers.told().size() == publishers.acknowledged());
  CHECK(joined(faults_in(history, publishers.told())).empty());
}

void check_tail(const follower& tail, const std::vector<stored_event>& history) {
  CHECK(joined(tail.faults()).empty());
  REQUIRE(tail.seen().size() == history.size());
  std::size_t differing = 0;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (tail.seen()[i] != std::pair(history[i].seq, history[i].id)) ++differing;
  }
  CHECK(differing == 0);
}

}  // namespace

TEST_CASE("killing the daemon under load loses no acknowledged event, and a tail that resumes sees each once") {
  const testing::temp_dir data(disk_folder());
  live_server server(data.path());
  follower tail(server);
  publisher_group publishers(server, 4, 2);
  const auto seed = std::random_device{}();
  std::mt19937 random(seed);
  INFO("seed " << seed);

  for (unsigned kills = wanted_kills(); kills > 0; --kills) {
    // Under load: only once this daemon has acknowledged something, and then at any moment.
    REQUIRE(publishers.wait_for_more(1));
    pause_for(std::chrono::microseconds(random() % 200000));
    server.crash();
    server.start();
  }
  REQUIRE(publishers.wait_for_more(1));
  publishers.stop();

  const auto history = read_history(server.address());
  check_log(server, publishers, history);
  CHECK(tail.wait_for(history.back().seq));
  tail.stop();
  check_tail(tail, history);
  CHECK(tail.resumed() > 0);
  CHECK(server.terminate() == 0);
  CHECK(joined(faults_in_file(data.path(), history)).empty());
  CHECK_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
}

TEST_CASE("SIGTERM under load ends the daemon with 0 and loses no acknowledged event") {
  const testing::temp_dir data(disk_folder());
  live_server server(data.path());
  follower tail(server);
  publisher_group publishers(server, 4, 2);

  for (int round = 0; round < 5; ++round) {
    REQUIRE(publishers.wait_for_more(500));
    CHECK(server.terminate() == 0);
    server.start();
  }
  publishers.stop();

  const auto history = read_history(server.address());
  check_log(server, publishers, history);
  CHECK(tail.wait_for(history.back().seq));
  tail.stop();
  check_tail(tail, history);
  CHECK(server.terminate() == 0);
  CHECK(joined(faults_in_file(data.path(), history)).empty());
  CHECK_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
}

}  // namespace eventmgr::chaos
