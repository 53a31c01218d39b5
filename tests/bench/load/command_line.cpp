#include "bench/load/command_line.hpp"

#include <map>
#include <string>

namespace eventmgr::bench {

namespace {

void add_target_options(CLI::App& app, arguments& args) {
  auto* url =
      app.add_option("--url", args.target.url, "Measure the server at http://ADDRESS:PORT instead of starting one");
  app.add_option("--pid", args.target.pid, "Process of that server, to report its CPU and memory")->needs(url);
  app.add_option("--daemon", args.target.daemon, "The eventmgrd to start (default: the one beside this program)")
      ->excludes(url);
  app.add_option("--data-root", args.target.data_root,
                 "Where the temporary data directory is made (default: the build folder)")
      ->excludes(url);
  app.add_option("--set", args.target.settings, "A setting for the daemon, KEY=VALUE; may be repeated")->excludes(url);
  app.add_flag("--baseline", args.target.baseline, "Start eventmgr-bench-baseline instead: batch and single only")
      ->excludes(url);
  app.add_flag("--json", args.json, "Print one JSON object instead of a table");
}

void add_event_options(CLI::App& app, arguments& args) {
  static const std::map<std::string, id_mode> id_modes{
      {"server", id_mode::server}, {"uuid7", id_mode::uuid7}, {"uuid4", id_mode::uuid4}};
  app.add_option("--size", args.spec.size, "Bytes of one event")
      ->check(CLI::Range(256, 1000000))
      ->capture_default_str();
  app.add_option("--topics", args.spec.topics, "Topics to spread over")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_flag("--priorities", args.spec.all_priorities, "Use all four priorities in turn");
  app.add_option("--ids", args.spec.ids, "Who makes the ids: server, uuid7 or uuid4")
      ->transform(CLI::CheckedTransformer(id_modes))
      ->default_str("server");
}

void add_closed_loop(CLI::App& app, closed_loop_options& options, const char* what) {
  auto& command = *app.add_subcommand(options.name, what);
  add_shape_options(command, options.shape, options.shape.batch > 0);
  command.add_option("--seconds", options.seconds, "How long to measure")->check(at_least_one)->capture_default_str();
  command.add_option("--warmup", options.warmup, "Seconds before the measurement")->capture_default_str();
  command.add_option("--count", options.count, "Measure so many events, however long it takes");
}

void add_steady(CLI::App& app, steady_options& options) {
  auto& command = *app.add_subcommand("steady", "A fixed rate, received by a WebSocket tail");
  add_shape_options(command, options.shape, true);
  command.add_option("--rate", options.rate, "Events a second")->check(CLI::PositiveNumber)->capture_default_str();
  command.add_option("--tails", options.tails, "WebSocket tails")->check(at_least_one)->capture_default_str();
  command.add_option("--seconds", options.seconds, "How long to measure")->check(at_least_one)->capture_default_str();
  command.add_option("--warmup", options.warmup, "Seconds before the measurement")->capture_default_str();
}

void add_fanout(CLI::App& app, fanout_options& options) {
  auto& command = *app.add_subcommand("fanout", "Many WebSocket tails of everything");
  command.add_option("--tails", options.tails, "WebSocket tails")->check(at_least_one)->capture_default_str();
  command.add_option("--connections", options.connections, "Publishing connections")
      ->check(at_least_one)
      ->capture_default_str();
  command.add_option("--rate", options.rate, "Events a second")->check(CLI::PositiveNumber)->capture_default_str();
  auto* seconds = command.add_option("--seconds", options.seconds, "How long to measure")
                      ->check(at_least_one)
                      ->capture_default_str();
  auto* ramp = command.add_flag("--ramp", options.ramp, "Raise the rate until it is not sustained")->excludes(seconds);
  command.add_option("--ramp-step", options.ramp_step, "Events a second more each time")
      ->check(CLI::PositiveNumber)
      ->needs(ramp)
      ->capture_default_str();
  command.add_option("--ramp-seconds", options.ramp_seconds, "Length of a step")
      ->check(at_least_one)
      ->needs(ramp)
      ->capture_default_str();
  command.add_option("--ramp-p99", options.ramp_p99_ms, "Milliseconds of p99 that still count as sustained")
      ->check(CLI::PositiveNumber)
      ->needs(ramp)
      ->capture_default_str();
}

void add_starts(CLI::App& app, arguments& args) {
  auto& start = *app.add_subcommand("start", "Time from start to the first accepted event, and idle memory");
  start.add_option("--runs", args.start.runs, "How often")->check(at_least_one)->capture_default_str();
  start.add_option("--idle", args.start.idle_seconds, "Seconds until memory is read")->capture_default_str();
  auto& restart = *app.add_subcommand("restart", "Stores events, kills the daemon and times its next start");
  restart.add_option("--runs", args.restart.runs, "How often")->check(at_least_one)->capture_default_str();
  restart.add_option("--events", args.restart.events, "Events stored before the kill")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

}  // namespace

void add_shape_options(CLI::App& app, publish_shape& shape, bool batched) {
  app.add_option("--connections", shape.connections, "Publishing connections")
      ->check(at_least_one)
      ->capture_default_str();
  if (batched) {
    app.add_option("--batch", shape.batch, "Events a request; 0: one by POST /events")
        ->check(CLI::Range(0, 1000))
        ->capture_default_str();
  }
}

void declare_command_line(CLI::App& app, arguments& args) {
  app.require_subcommand(1);
  app.fallthrough();
  add_target_options(app, args);
  add_event_options(app, args);
  add_closed_loop(app, args.batch, "Batches, each sent when the last one is answered");
  add_closed_loop(app, args.single, "One event a request, each sent when the last one is answered");
  add_steady(app, args.steady);
  add_fanout(app, args.fanout);
  add_starts(app, args);
  declare_delivery_scenarios(app, args);
}

}  // namespace eventmgr::bench
