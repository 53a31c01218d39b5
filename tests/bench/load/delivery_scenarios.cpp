#include "bench/load/delivery_scenarios.hpp"

#include "bench/load/delivery_meter.hpp"
#include "bench/load/durable_consumers.hpp"
#include "bench/load/webhook_sink.hpp"
#include "bench/wire/http_session.hpp"
#include "bench/wire/subscription_calls.hpp"

#include <fmt/format.h>

#include <chrono>

namespace eventmgr::bench {

namespace {

constexpr std::chrono::seconds delivery_drain_limit(60);
constexpr std::chrono::minutes backlog_limit(10);

std::string webhook_subscription(std::string_view name, const std::string& url, const webhook_options& options) {
  return fmt::format(R"({{"name":"{}","topic":"#","endpoint":"{}","options":{{"batchSize":{},"maxConcurrency":{}}}}})",
                     name, url, options.batch_size, options.concurrency);
}

/// Waits until the daemon has counted all outcomes: it does so in commits of its own.
settlement wait_for_settlement(const endpoint& where, std::string_view name, std::uint64_t acknowledged) {
  const auto deadline = steady_clock::now() + delivery_drain_limit;
  auto found = settlement_of(where, name);
  while (found.acknowledged < acknowledged && steady_clock::now() < deadline) found = settlement_of(where, name);
  return found;
}

void check_settlement(report& out, const endpoint& where, std::string_view name, std::uint64_t expected) {
  const auto found = wait_for_settlement(where, name, expected);
  out.check("settled", found.acknowledged == expected && found.matched == expected,
            fmt::format("{} events: {} matched, {} acknowledged, {} dead", expected, found.matched, found.acknowledged,
                        found.dead));
}

/// Publishers at a fixed rate, and receivers in the same event loop.
class live_run {
 public:
  live_run(const target_options& target, const event_spec& spec, const publish_shape& shape)
      : server(target), meter(&clock), paced(loop, clock, server.where(), spec, shape) {}

  /// Publishes at `rate` for so long and waits until all of it was received. What was measured before is forgotten.
  void publish(double rate, std::chrono::seconds span) {
    paced.load().answer_times().clear();
    meter.times().clear();
    const auto from = clock.now();
    paced.set_rate(rate, from);
    paced.run(loop, from + span);
    answered_ = paced.drain(loop, delivery_drain_limit) && answered_;
    received_ = loop.run_until(steady_clock::now() + delivery_drain_limit, [&] {
      return meter.events() >= paced.load().acknowledged();
    }) && received_;
  }

  void add_checks(report& out, std::string_view subscription) {
    const auto& load = paced.load();
    out.check("answers", answered_, "every request was answered");
    out.check("refusals", load.refused() == 0, load.refusal_summary());
    out.check("deliveries", received_ && meter.events() == load.acknowledged(),
              fmt::format("{} of {} arrived", meter.events(), load.acknowledged()));
    out.check("repeats", meter.repeats() == 0, fmt::format("{} came once more", meter.repeats()));
    check_settlement(out, server.where(), subscription, load.acknowledged());
  }

  event_loop loop;
  const run_clock clock;
  const server_under_test server;
  delivery_meter meter;
  paced_load paced;

 private:
  bool answered_{true};
  bool received_{true};
};

report run_live_webhooks(const webhook_options& options, const target_options& target, const event_spec& spec) {
  live_run run(target, spec, options.shape);
  webhook_sink sink(run.loop, run.meter);
  create_subscription(run.server.where(), webhook_subscription("webhooks", sink.url(), options));
  run.publish(options.rate, std::chrono::seconds(1));

  const auto requests_before = sink.requests();
  const auto events_before = run.meter.events();
  const usage_meter usage(run.server);
  const auto started = steady_clock::now();
  run.publish(options.rate, std::chrono::seconds(options.seconds));
  const std::chrono::duration<double> elapsed = steady_clock::now() - started;

  report out("webhooks");
  const auto events = run.meter.events() - events_before;
  out.figure("requests_per_s", static_cast<double>(sink.requests() - requests_before) / elapsed.count(), "requests/s");
  out.figure("events_per_s", static_cast<double>(events) / elapsed.count(), "events/s");
  usage.report_into(out, events, "events");
  out.latency("delivery", run.meter.times());
  out.latency("answer", run.paced.load().answer_times());
  run.add_checks(out, "webhooks");
  return out;
}

/// Stores the events while the subscription is paused, and times their delivery.
report run_stored_webhooks(const webhook_options& options, const target_options& target, const event_spec& spec) {
  event_loop loop;
  const server_under_test server(target);
  delivery_meter meter;
  webhook_sink sink(loop, meter);
  create_subscription(server.where(), webhook_subscription("webhooks", sink.url(), options));
  control_subscription(server.where(), "webhooks", "pause");
  const auto stored = store_events(server.where(), spec, options.events);

  const usage_meter usage(server);
  const auto started = steady_clock::now();
  control_subscription(server.where(), "webhooks", "resume");
  const bool received = loop.run_until(started + backlog_limit, [&] { return meter.events() >= stored; });
  const std::chrono::duration<double> elapsed = steady_clock::now() - started;

  report out("webhooks");
  out.figure("requests_per_s", static_cast<double>(sink.requests()) / elapsed.count(), "requests/s");
  out.figure("events_per_s", static_cast<double>(meter.events()) / elapsed.count(), "events/s");
  out.figure("events", static_cast<double>(meter.events()), "delivered events");
  usage.report_into(out, meter.events(), "events");
  out.check("deliveries", received && meter.events() == stored,
            fmt::format("{} of {} arrived", meter.events(), stored));
  out.check("repeats", meter.repeats() == 0, fmt::format("{} came once more", meter.repeats()));
  check_settlement(out, server.where(), "webhooks", stored);
  return out;
}

}  // namespace

report run_durable(const durable_options& options, const target_options& target, const event_spec& spec) {
  live_run run(target, spec, options.shape);
  consumer_shape shape;
  shape.options = fmt::format(R"({{"maxConcurrency":{},"batchSize":{}}})", options.window, options.batch_size);
  shape.acks_per_frame = options.acks_per_frame;
  durable_consumers consumers(run.loop, run.meter, shape);
  consumers.attach(run.server.where(), options.consumers);
  if (options.warmup > 0) run.publish(options.rate, std::chrono::seconds(options.warmup));

  const auto before = run.meter.events();
  const usage_meter usage(run.server);
  const auto started = steady_clock::now();
  run.publish(options.rate, std::chrono::seconds(options.seconds));
  const std::chrono::duration<double> elapsed = steady_clock::now() - started;

  report out("durable");
  const auto events = run.meter.events() - before;
  out.figure("events_per_s", static_cast<double>(events) / elapsed.count(), "events/s");
  out.figure("events", static_cast<double>(events), "received and acknowledged events");
  usage.report_into(out, events, "events");
  out.latency("delivery", run.meter.times());
  out.latency("answer", run.paced.load().answer_times());
  run.add_checks(out, shape.durable);
  if (options.consumers == 1 && !spec.all_priorities) {
    out.check("order", run.meter.overtaken() == 0, fmt::format("{} came after a later one", run.meter.overtaken()));
  }
  out.check("frames", consumers.complaint().empty(), consumers.complaint());
  return out;
}

report run_webhooks(const webhook_options& options, const target_options& target, const event_spec& spec) {
  return options.rate > 0 ? run_live_webhooks(options, target, spec) : run_stored_webhooks(options, target, spec);
}

report run_dead_endpoint(const dead_endpoint_options& options, const target_options& target, const event_spec& spec) {
  live_run run(target, spec, options.shape);
  webhook_sink healthy(run.loop, run.meter);
  dead_endpoint dead(run.loop);
  create_subscription(run.server.where(),
                      webhook_subscription("healthy", healthy.url(), {.concurrency = options.concurrency}));
  run.publish(options.rate, std::chrono::seconds(options.warmup));

  report out("dead-endpoint");
  run.publish(options.rate, std::chrono::seconds(options.seconds));
  const auto alone = run.meter.times().percentile_ms(0.99);
  out.latency("alone", run.meter.times());

  create_subscription(
      run.server.where(),
      fmt::format(
          R"({{"name":"dead","topic":"#","endpoint":"{}","options":{{"maxConcurrency":{},"ackTimeoutMs":{}}}}})",
          dead.url(), options.concurrency, options.ack_timeout_ms));
  const usage_meter usage(run.server);
  const auto events_before = run.meter.events();
  run.publish(options.rate, std::chrono::seconds(options.seconds));
  const auto beside = run.meter.times().percentile_ms(0.99);
  out.latency("beside_dead", run.meter.times());
  out.figure("p99_ratio", alone > 0 ? beside / alone : 0, "beside the dead endpoint, to alone");
  out.figure("dead_requests", static_cast<double>(dead.requests()), "requests that were never answered");
  usage.report_into(out, run.meter.events() - events_before, "events");
  out.check("tried", dead.requests() > 0, "the dead endpoint was sent something");
  run.add_checks(out, "healthy");
  return out;
}

report run_replay(const replay_options& options, const target_options& target, const event_spec& spec) {
  live_run run(target, spec, options.shape);
  const endpoint where = run.server.where();
  store_events(where, spec, options.history);
  webhook_sink sink(run.loop, run.meter);
  create_subscription(where, webhook_subscription("live", sink.url(), {.concurrency = options.concurrency}));
  run.publish(options.rate, std::chrono::seconds(options.warmup));

  report out("replay");
  run.publish(options.rate, std::chrono::seconds(options.seconds));
  const auto alone = run.meter.times().percentile_ms(0.99);
  out.latency("alone", run.meter.times());

  const std::string replay = start_replay(where, "live");
  // It is counted first.
  while (replay_status(where, replay) == "started")
    run.loop.run_until(steady_clock::now() + std::chrono::milliseconds(50), [] { return false; });
  const usage_meter usage(run.server);
  const auto before = sink.replays();
  run.publish(options.rate, std::chrono::seconds(options.seconds));
  const auto replayed = sink.replays() - before;
  const auto beside = run.meter.times().percentile_ms(0.99);
  out.latency("beside_replay", run.meter.times());
  out.figure("p99_ratio", alone > 0 ? beside / alone : 0, "beside the replay, to alone");
  out.figure("replayed_per_s", static_cast<double>(replayed) / options.seconds, "events/s");
  usage.report_into(out, replayed, "replayed events");
  out.check("replayed", replayed > 0, fmt::format("the replay is {}", replay_status(where, replay)));
  run.add_checks(out, "live");
  return out;
}

}  // namespace eventmgr::bench
