#include "bench/load/scenarios.hpp"
#include "bench/load/timed_start.hpp"
#include "bench/wire/http_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

namespace eventmgr::bench {

namespace {

void wait_seconds(unsigned count) {
  const auto end = steady_clock::now() + std::chrono::seconds(count);
  while (steady_clock::now() < end) {
    check_interrupt();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void add_times(report& out, std::string_view what, std::vector<double> times) {
  std::ranges::sort(times);
  out.figure(fmt::format("{}_median_ms", what), times[times.size() / 2], "ms");
  out.figure(fmt::format("{}_worst_ms", what), times.back(), "ms");
  out.figure("runs", static_cast<double>(times.size()), "");
}

}  // namespace

report run_start(const start_options& options, const target_options& target, const event_spec&) {
  require_own_server(target);
  std::vector<double> times;
  double idle_rss = 0;
  for (unsigned run = 0; run < options.runs; ++run) {
    const testing::temp_dir data_dir(data_root_of(target).string());
    std::unique_ptr<testing::process> server;
    times.push_back(start_ms(server, server_command(target, data_dir.path())));
    wait_seconds(options.idle_seconds);
    if (const auto usage = usage_of(server->pid())) idle_rss = std::max(idle_rss, mebibytes(usage->rss_bytes));
  }

  report out("start");
  add_times(out, "start_to_first_publish", times);
  out.figure("idle_rss_mib", idle_rss, fmt::format("MiB, {} s after the start, the worst run", options.idle_seconds));
  return out;
}

report run_restart(const start_options& options, const target_options& target, const event_spec& spec) {
  require_own_server(target);
  std::vector<double> times;
  std::uint64_t stored = 0;
  std::uint64_t found = 0;
  for (unsigned run = 0; run < options.runs; ++run) {
    const testing::temp_dir data_dir(data_root_of(target).string());
    const auto command = server_command(target, data_dir.path());
    std::unique_ptr<testing::process> server;
    server = std::make_unique<testing::process>(start_server(command));
    stored += store_events(wait_until_listening(*server), spec, options.events);
    server->kill();

    times.push_back(start_ms(server, command));
    found += newest_offset(wait_until_listening(*server)) - 1;
  }

  report out("restart");
  add_times(out, "kill_to_first_publish", times);
  out.figure("events_stored", static_cast<double>(options.events), "before each kill");
  out.check("kept", stored == found, fmt::format("{} of {} acknowledged events found", found, stored));
  return out;
}

}  // namespace eventmgr::bench
