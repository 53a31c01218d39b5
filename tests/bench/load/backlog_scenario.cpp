#include "bench/load/delivery_meter.hpp"
#include "bench/load/delivery_scenarios.hpp"
#include "bench/load/timed_start.hpp"
#include "bench/load/webhook_sink.hpp"
#include "bench/wire/http_session.hpp"
#include "bench/wire/subscription_calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>

namespace eventmgr::bench {

namespace {

constexpr std::chrono::minutes drain_limit(10);
constexpr std::string_view paused_subscription = "backlog";

process_usage require_usage(const testing::process& server) {
  const auto usage = usage_of(server.pid());
  if (!usage) throw std::runtime_error("the daemon ended");
  return *usage;
}

void publish_critical(const endpoint& where) {
  http_session session(where);
  const auto answer = session.post(
      "/events", R"({"type":"bench.late","source":"eventmgr-bench","priority":"CRITICAL","payload":{"late":true}})");
  if (answer.status != 200) throw std::runtime_error("the CRITICAL event was refused: " + std::string(answer.body));
}

std::string subscription_body(const backlog_options& options, const std::string& url) {
  return fmt::format(R"({{"name":"{}","topic":"#","endpoint":"{}","options":{{"batchSize":{},"maxConcurrency":{}}}}})",
                     paused_subscription, url, options.batch_size, options.concurrency);
}

}  // namespace

report run_backlog(const backlog_options& options, const target_options& target, const event_spec& spec) {
  require_own_server(target);
  event_loop loop;
  delivery_meter meter;
  webhook_sink sink(loop, meter);
  const testing::temp_dir data_dir(data_root_of(target).string());
  const auto command = server_command(target, data_dir.path());
  auto server = std::make_unique<testing::process>(start_server(command));
  auto where = wait_until_listening(*server);
  create_subscription(where, subscription_body(options, sink.url()));
  control_subscription(where, paused_subscription, "pause");

  // The ring, the caches and the allocator have their size before the first reading.
  std::uint64_t stored = store_events(where, spec, options.warmup);
  const auto before = require_usage(*server);
  stored += store_events(where, spec, options.events);
  const auto after = require_usage(*server);
  report out("backlog");
  out.figure("events", static_cast<double>(stored), "stored while the subscriber was away");
  out.figure("rss_before_mib", mebibytes(before.rss_bytes), "MiB");
  out.figure("rss_growth_mib", mebibytes(after.rss_bytes) - mebibytes(before.rss_bytes), "MiB");
  out.figure("anonymous_growth_mib", mebibytes(after.anonymous_bytes) - mebibytes(before.anonymous_bytes), "MiB");

  publish_critical(where);
  ++stored;
  meter.watch(newest_offset(where));
  server->kill();
  out.figure("kill_to_first_publish_ms", start_ms(server, command), "ms");
  ++stored;  // the publish that was timed
  where = wait_until_listening(*server);
  const auto restarted = require_usage(*server);

  const auto started = steady_clock::now();
  control_subscription(where, paused_subscription, "resume");
  const bool received = loop.run_until(started + drain_limit, [&] { return meter.events() >= stored; });
  const std::chrono::duration<double> elapsed = steady_clock::now() - started;
  const auto drained = require_usage(*server);
  out.figure("drain_events_per_s", static_cast<double>(meter.events()) / elapsed.count(), "events/s");
  out.figure("drain_requests_per_s", static_cast<double>(sink.requests()) / elapsed.count(), "requests/s");
  out.figure("drain_cpu_s_per_100k",
             (drained.cpu_seconds - restarted.cpu_seconds) * 1e5 / static_cast<double>(std::max(stored, 1UL)),
             "s per 100,000 events");
  out.figure("rss_peak_mib", mebibytes(drained.peak_bytes), "MiB, since the restart");
  out.check("deliveries", received && meter.events() == stored,
            fmt::format("{} of {} arrived", meter.events(), stored));
  out.check("repeats", meter.repeats() == 0, fmt::format("{} came once more", meter.repeats()));
  // It leaves first, in the first request; those that leave at the same time may arrive before it.
  const std::uint64_t beside = std::uint64_t{options.concurrency - 1} * options.batch_size;
  out.check("critical first", meter.before_watched().value_or(UINT64_MAX) <= beside,
            fmt::format("{} events came before it, {} leave beside it",
                        meter.before_watched() ? std::to_string(*meter.before_watched()) : "all", beside));
  return out;
}

}  // namespace eventmgr::bench
