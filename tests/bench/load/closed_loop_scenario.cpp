#include "bench/load/scenarios.hpp"
#include "bench/wire/http_session.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>

namespace eventmgr::bench {

namespace {

constexpr std::chrono::seconds answer_limit(30);

/// The newest offset, if the server is one that has offsets.
std::optional<std::uint64_t> head_of(const server_under_test& server, const target_options& target) {
  if (target.baseline) return std::nullopt;
  return newest_offset(server.where());
}

}  // namespace

report run_closed_loop(const closed_loop_options& options, const target_options& target, const event_spec& spec) {
  const server_under_test server(target);
  const auto head_before = head_of(server, target);

  event_loop loop;
  const run_clock clock;
  bool sending = true;
  std::optional<publish_load> load;
  load.emplace(loop, clock, server.where(), spec, options.shape, [&](std::size_t connection) {
    if (sending) load->send_on(connection, clock.now());
  });
  for (std::size_t i = 0; i < load->connections(); ++i) load->send_on(i, clock.now());

  loop.run_until(steady_clock::now() + std::chrono::seconds(options.warmup), [] { return false; });
  load->answer_times().clear();
  const auto acknowledged_before = load->acknowledged();
  const usage_meter usage(server);
  const auto started = steady_clock::now();
  const auto end = options.count > 0 ? steady_time::max() : started + std::chrono::seconds(options.seconds);
  loop.run_until(end, [&] {
    return options.count > 0 && load->acknowledged() + load->refused() - acknowledged_before >= options.count;
  });
  const auto measured = load->acknowledged() - acknowledged_before;
  const std::chrono::duration<double> elapsed = steady_clock::now() - started;

  report out(options.name);
  out.figure("events_per_s", static_cast<double>(measured) / elapsed.count(), "events/s");
  out.figure("events", static_cast<double>(measured), "acknowledged events");
  out.figure("elapsed_s", elapsed.count(), "s");
  usage.report_into(out, measured, "events");
  out.latency("answer", load->answer_times());

  sending = false;
  const bool drained = loop.run_until(steady_clock::now() + answer_limit, [&] { return load->in_flight() == 0; });
  out.check("answers", drained, "every request was answered");
  out.check("refusals", load->refused() == 0, load->refusal_summary());
  if (head_before) {
    const auto stored = head_of(server, target).value_or(0) - *head_before;
    out.check("offsets", stored == load->acknowledged(),
              fmt::format("{} offsets taken by {} acknowledged events", stored, load->acknowledged()));
  }
  return out;
}

}  // namespace eventmgr::bench
