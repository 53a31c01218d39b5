#include "bench/wire/http_session.hpp"
#include "bench/wire/process_usage.hpp"
#include "chaos/ledger.hpp"
#include "chaos/live_server.hpp"
#include "chaos/ws_session.hpp"
#include "support/eventually.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace eventmgr::chaos {

namespace {

using nlohmann::json;

constexpr std::size_t batch_size = 500;  // of few commits, for some disks take long for each
constexpr std::uint64_t mebibyte = 1ULL << 20U;

/// A batch of events of about 500 bytes, without ids.
std::string make_batch() {
  json events = json::array();
  for (std::size_t i = 0; i < batch_size; ++i) {
    events.push_back({{"type", "chaos.sample.made"},
                      {"source", "chaos"},
                      {"payload", {{"number", i}, {"note", std::string(400, 'n')}}}});
  }
  return events.dump();
}

void publish(bench::http_session& session, std::uint64_t events) {
  const auto batch = make_batch();
  for (std::uint64_t sent = 0; sent < events; sent += batch_size) {
    if (session.post("/events/batch", batch).status != 200) FAIL("a batch was refused");
  }
}

std::uint64_t memory_of(live_server& server) {
  const auto usage = bench::usage_of(server.pid());
  REQUIRE(usage.has_value());
  return usage ? usage->anonymous_bytes : 0;
}

std::unique_ptr<ws_session> subscribe(live_server& server) {
  auto reader = std::make_unique<ws_session>(server.address(), "/ws?topic=%23");
  const auto hello = reader->next(testing::default_patience);
  REQUIRE(json::parse(hello.value_or("null")).value("type", "") == "subscribed");
  return reader;
}

/// Reads so many events, each of which must follow the one before it. The number of those that do. Heartbeats, which
/// come whether or not events do, are not waited for longer.
std::uint64_t count_in_order(ws_session& reader, std::uint64_t first, std::uint64_t events) {
  std::uint64_t expected = first;
  testing::wait_limit patience;
  while (expected < first + events) {
    const auto message = reader.next(patience.left());
    if (!message) break;
    const auto frame = json::parse(*message);
    if (frame.at("type") == "heartbeat") continue;
    if (frame.at("type") != "event" || frame.at("data").at("seq") != expected) break;
    ++expected;
    patience = testing::wait_limit{};
  }
  return expected - first;
}

}  // namespace

TEST_CASE("a WebSocket client that does not read costs bounded memory and finally gets every event in order") {
  constexpr std::uint64_t backlog = 100000;  // some 60 MiB
  constexpr std::uint64_t warm_up = 20000;
  const testing::temp_dir data(disk_folder());
  live_server server(data.path());
  bench::http_session session(server.address());
  // The ring, the caches and the allocator have their size before the measurement.
  publish(session, warm_up);
  auto reader = subscribe(server);
  const auto before = memory_of(server);

  publish(session, backlog);

  const auto after = memory_of(server);
  CAPTURE(before / mebibyte, after / mebibyte);
#ifndef EVENTMGR_CHAOS_SANITIZED  // a sanitizer keeps what was freed
  CHECK(after < before + 24 * mebibyte);
#endif
  CHECK(count_in_order(*reader, warm_up + 1, backlog) == backlog);
  reader.reset();
  CHECK(server.terminate() == 0);
  CHECK_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
}

TEST_CASE("a WebSocket client that neither reads nor answers does not keep the daemon from ending") {
  const testing::temp_dir data(disk_folder());
  live_server server(data.path());
  bench::http_session session(server.address());
  const auto reader = subscribe(server);
  // More than the sockets' buffers hold, so that a farewell cannot be written either.
  publish(session, 20000);

  CHECK(server.terminate(std::chrono::seconds(30)) == 0);
  CHECK_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
}

}  // namespace eventmgr::chaos
