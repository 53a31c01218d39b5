#include "bench/load/command_line.hpp"

namespace eventmgr::bench {

namespace {

CLI::Option* add_rate(CLI::App& command, double& rate) {
  return command.add_option("--rate", rate, "Events a second")->check(CLI::PositiveNumber)->capture_default_str();
}

CLI::Option* add_seconds(CLI::App& command, unsigned& seconds) {
  return command.add_option("--seconds", seconds, "How long to measure")->check(at_least_one)->capture_default_str();
}

void add_warmup(CLI::App& command, unsigned& seconds) {
  command.add_option("--warmup", seconds, "Seconds before the measurement")->capture_default_str();
}

CLI::Option* add_events(CLI::App& command, std::uint64_t& events, const char* what) {
  return command.add_option("--events", events, what)->check(CLI::PositiveNumber)->capture_default_str();
}

void add_batch_size(CLI::App& command, std::uint32_t& size) {
  command.add_option("--batch-size", size, "Events in one delivery")->check(CLI::Range(1, 1000))->capture_default_str();
}

void add_concurrency(CLI::App& command, std::uint32_t& concurrency) {
  command.add_option("--concurrency", concurrency, "Deliveries in flight")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
}

void add_durable(CLI::App& app, durable_options& options) {
  auto& command = *app.add_subcommand("durable", "A fixed rate, received and acknowledged on an attached WebSocket");
  add_shape_options(command, options.shape, true);
  add_rate(command, options.rate);
  add_seconds(command, options.seconds);
  add_warmup(command, options.warmup);
  add_batch_size(command, options.batch_size);
  command.add_option("--consumers", options.consumers, "WebSockets that share the subscription")
      ->check(at_least_one)
      ->capture_default_str();
  command.add_option("--window", options.window, "Unacknowledged events over all consumers")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command.add_option("--acks", options.acks_per_frame, "Acknowledgements in one message, at most")
      ->check(at_least_one)
      ->capture_default_str();
}

void add_webhooks(CLI::App& app, webhook_options& options) {
  auto& command = *app.add_subcommand("webhooks", "Webhooks to a minimal receiver in this program");
  add_shape_options(command, options.shape, true);
  add_batch_size(command, options.batch_size);
  add_concurrency(command, options.concurrency);
  auto* events = add_events(command, options.events, "Stored events, to be delivered as fast as it goes");
  auto* rate = add_rate(command, options.rate)
                   ->excludes(events)
                   ->description("Publish so many events a second meanwhile, instead of storing them before");
  add_seconds(command, options.seconds)->needs(rate);
}

void add_dead_endpoint(CLI::App& app, dead_endpoint_options& options) {
  auto& command = *app.add_subcommand("dead-endpoint", "A webhook's latency alone, and beside one that never answers");
  add_shape_options(command, options.shape, true);
  add_rate(command, options.rate);
  add_seconds(command, options.seconds);
  add_warmup(command, options.warmup);
  add_concurrency(command, options.concurrency);
  command.add_option("--ack-timeout", options.ack_timeout_ms, "Milliseconds that the dead endpoint is waited for")
      ->check(CLI::Range(100, 3600000))
      ->capture_default_str();
}

void add_replay(CLI::App& app, replay_options& options) {
  auto& command = *app.add_subcommand("replay", "A webhook's latency alone, and beside a replay to the same endpoint");
  add_shape_options(command, options.shape, true);
  command.add_option("--history", options.history, "Stored events that are replayed")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_rate(command, options.rate);
  add_seconds(command, options.seconds);
  add_warmup(command, options.warmup);
  add_concurrency(command, options.concurrency);
}

void add_subscriptions(CLI::App& app, subscription_count_options& options) {
  auto& command = *app.add_subcommand("subscriptions", "What many durable subscriptions cost, and making them");
  command.add_option("--subscriptions", options.subscriptions, "How many")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  add_events(command, options.events, "Events published for each measurement");
  add_rate(command, options.rate)->description("Events a second while subscriptions are made and deleted");
  command.add_option("--changes", options.changes, "Subscriptions to make and delete meanwhile")
      ->check(at_least_one)
      ->capture_default_str();
}

void add_backlog(CLI::App& app, backlog_options& options) {
  auto& command =
      *app.add_subcommand("backlog", "A subscriber that is away: memory, restart after a kill, catching up");
  add_events(command, options.events, "Events stored while it is away");
  command.add_option("--warmup", options.warmup, "Events before the daemon's memory is first read")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_batch_size(command, options.batch_size);
  add_concurrency(command, options.concurrency);
}

}  // namespace

void declare_delivery_scenarios(CLI::App& app, arguments& args) {
  add_durable(app, args.durable);
  add_webhooks(app, args.webhooks);
  add_dead_endpoint(app, args.dead_endpoint);
  add_replay(app, args.replay);
  add_subscriptions(app, args.subscriptions);
  add_backlog(app, args.backlog);
}

}  // namespace eventmgr::bench
