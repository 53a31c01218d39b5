#include "bench/load/scenarios.hpp"
#include "bench/load/tails.hpp"
#include "bench/wire/http_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace eventmgr::bench {

namespace {

constexpr std::chrono::seconds tail_drain_limit(30);

/// Publishers at a fixed rate and tails that receive all of it, in one event loop.
class tailed_run {
 public:
  tailed_run(const target_options& target, const event_spec& spec, const publish_shape& shape, std::size_t tail_count)
      : server(target),
        head_before_(newest_offset(server.where())),
        paced(loop, clock, server.where(), spec, shape),
        tails(loop, clock) {
    tails.open(server.where(), tail_count, head_before_);
  }

  /// Publishes at `rate` for so long and waits for all that comes of it. What was measured before is forgotten.
  void publish(double rate, std::chrono::seconds span) {
    paced.load().answer_times().clear();
    tails.delivery_times().clear();
    const auto from = clock.now();
    paced.set_rate(rate, from);
    paced.run(loop, from + span);
  }

  /// Waits until what was published is answered and delivered.
  bool settle() {
    answered_ = paced.drain(loop, tail_drain_limit) && answered_;
    delivered_ = tails.wait_for(head_before_ + paced.load().acknowledged(), tail_drain_limit) && delivered_;
    return answered_ && delivered_;
  }

  void add_checks(report& out) {
    const auto& load = paced.load();
    out.check("answers", answered_, "every request was answered");
    out.check("refusals", load.refused() == 0, load.refusal_summary());
    const auto stored = newest_offset(server.where()) - head_before_;
    out.check("offsets", stored == load.acknowledged(),
              fmt::format("{} offsets taken by {} acknowledged events", stored, load.acknowledged()));
    const auto expected = load.acknowledged() * tails.size();
    out.check("deliveries", delivered_ && tails.deliveries() == expected,
              fmt::format("{} of {} arrived", tails.deliveries(), expected));
    out.check("order", tails.breaks() == 0, fmt::format("{} offsets out of order", tails.breaks()));
    out.check("frames", tails.complaint().empty(), tails.complaint());
  }

  event_loop loop;
  const run_clock clock;
  const server_under_test server;

 private:
  const std::uint64_t head_before_;

 public:
  paced_load paced;
  tail_group tails;

 private:
  bool answered_{true};
  bool delivered_{true};
};

/// Raises the rate until deliveries fall behind.
void add_ramp(tailed_run& run, const fanout_options& options, report& out) {
  const auto tails = static_cast<double>(run.tails.size());
  double best = 0;
  double reached = 0;
  double rate = options.rate;
  for (;;) {
    const auto before = run.tails.deliveries();
    const auto started = steady_clock::now();
    run.publish(rate, std::chrono::seconds(options.ramp_seconds));
    const auto offered = rate * options.ramp_seconds;
    const auto arrived = static_cast<double>(run.tails.deliveries() - before) / tails;
    run.settle();
    const std::chrono::duration<double> elapsed = steady_clock::now() - started;
    const auto p99 = run.tails.delivery_times().percentile_ms(0.99);
    reached = std::max(reached, static_cast<double>(run.tails.deliveries() - before) / elapsed.count());
    // A tenth of the step may be on its way when it ends: half a second of the default step.
    const bool sustained = arrived >= 0.9 * offered && p99 <= options.ramp_p99_ms;
    out.figure(fmt::format("at_{:.0f}_per_s_p99_ms", rate), p99, sustained ? "ms, sustained" : "ms, not sustained");
    if (!sustained) break;
    best = rate * tails;
    rate += options.ramp_step;
  }
  out.figure("sustained_deliveries_per_s", best, "deliveries/s");
  out.figure("most_deliveries_per_s", reached, "deliveries/s over a whole step, settling included");
}

}  // namespace

report run_steady(const steady_options& options, const target_options& target, const event_spec& spec) {
  tailed_run run(target, spec, options.shape, options.tails);
  run.publish(options.rate, std::chrono::seconds(options.warmup));
  run.settle();

  const auto acknowledged_before = run.paced.load().acknowledged();
  const usage_meter usage(run.server);
  const auto started = steady_clock::now();
  run.publish(options.rate, std::chrono::seconds(options.seconds));
  const std::chrono::duration<double> elapsed = steady_clock::now() - started;
  run.settle();

  report out("steady");
  const auto events = run.paced.load().acknowledged() - acknowledged_before;
  out.figure("events_per_s", static_cast<double>(events) / elapsed.count(), "events/s");
  out.figure("events", static_cast<double>(events), "acknowledged events");
  usage.report_into(out, events, "events");
  out.latency("delivery", run.tails.delivery_times());
  out.latency("answer", run.paced.load().answer_times());
  run.add_checks(out);
  return out;
}

report run_fanout(const fanout_options& options, const target_options& target, const event_spec& spec) {
  tailed_run run(target, spec, publish_shape{options.connections, 0}, options.tails);
  const auto connected = run.server.usage();
  run.publish(options.rate, std::chrono::seconds(1));
  run.settle();

  report out("fanout");
  const auto before = run.tails.deliveries();
  const usage_meter usage(run.server);
  const auto started = steady_clock::now();
  if (options.ramp) {
    add_ramp(run, options, out);
  } else {
    run.publish(options.rate, std::chrono::seconds(options.seconds));
    run.settle();
    const std::chrono::duration<double> elapsed = steady_clock::now() - started;
    out.figure("deliveries_per_s", static_cast<double>(run.tails.deliveries() - before) / elapsed.count(),
               "deliveries/s");
    out.latency("delivery", run.tails.delivery_times());
    out.latency("answer", run.paced.load().answer_times());
  }
  out.figure("tails", static_cast<double>(run.tails.size()), "WebSocket connections");
  if (connected) out.figure("server_rss_connected_mib", mebibytes(connected->rss_bytes), "MiB, before the first event");
  usage.report_into(out, run.tails.deliveries() - before, "deliveries");
  run.add_checks(out);
  return out;
}

}  // namespace eventmgr::bench
