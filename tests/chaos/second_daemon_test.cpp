#include "bench/wire/http_session.hpp"
#include "chaos/ledger.hpp"
#include "chaos/live_server.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::chaos {

namespace {

constexpr std::string_view event = R"({"type":"chaos.sample.made","source":"chaos","payload":{}})";

testing::process_result run_daemon(const std::string& data_dir) {
  testing::process_options options;
  options.command = {
      testing::program_path("eventmgrd"), "--data-dir", data_dir, "--listen", "127.0.0.1:0", "--set", "metrics.port=0"};
  return testing::run(options);
}

}  // namespace

TEST_CASE("a second daemon on the same data directory is refused and does the first no harm") {
  const testing::temp_dir data(disk_folder());
  live_server server(data.path());
  bench::http_session session(server.address());
  REQUIRE(session.post("/events", event).status == 200);

  const auto second = run_daemon(data.path());

  CHECK(second.status != 0);
  CHECK(second.status < 128);
  CHECK_THAT(second.err, Catch::Contains(data.path()));
  CHECK(session.post("/events", event).status == 200);
  CHECK(bench::newest_offset(server.address()) == 2);
  CHECK(server.terminate() == 0);
  CHECK_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
}

TEST_CASE("a daemon that was killed leaves no lock behind") {
  const testing::temp_dir data(disk_folder());
  live_server server(data.path());
  server.crash();

  server.start();

  bench::http_session session(server.address());
  CHECK(session.post("/events", event).status == 200);
  CHECK(server.terminate() == 0);
  CHECK_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
}

}  // namespace eventmgr::chaos
