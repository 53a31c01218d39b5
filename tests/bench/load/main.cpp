// eventmgr-bench: loads a server and says what it did, in events and deliveries per second, latency from intended send
// time, and the server's CPU and memory.

#include "bench/load/command_line.hpp"
#include "bench/wire/event_loop.hpp"

#include <sys/resource.h>

#include <exception>
#include <iostream>

namespace {

using namespace eventmgr::bench;

enum exit_code { done = 0, promise_broken = 1, usage_error = 2, not_reachable = 3, interrupted_by_user = 130 };

/// A tail is a descriptor here and one in the daemon, which inherits the limit.
void use_all_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

report run(const CLI::App& app, const arguments& args) {
  if (app.got_subcommand("batch")) return run_closed_loop(args.batch, args.target, args.spec);
  if (app.got_subcommand("single")) return run_closed_loop(args.single, args.target, args.spec);
  if (app.got_subcommand("start")) return run_start(args.start, args.target, args.spec);
  if (app.got_subcommand("restart")) return run_restart(args.restart, args.target, args.spec);
  if (args.target.baseline) throw CLI::ValidationError("--baseline", "delivers nothing: only batch and single");
  if (app.got_subcommand("steady")) return run_steady(args.steady, args.target, args.spec);
  if (app.got_subcommand("durable")) return run_durable(args.durable, args.target, args.spec);
  if (app.got_subcommand("webhooks")) return run_webhooks(args.webhooks, args.target, args.spec);
  if (app.got_subcommand("dead-endpoint")) return run_dead_endpoint(args.dead_endpoint, args.target, args.spec);
  if (app.got_subcommand("subscriptions")) return run_subscriptions(args.subscriptions, args.target, args.spec);
  if (app.got_subcommand("replay")) return run_replay(args.replay, args.target, args.spec);
  if (app.got_subcommand("backlog")) return run_backlog(args.backlog, args.target, args.spec);
  return run_fanout(args.fanout, args.target, args.spec);
}

}  // namespace

int main(int argc, char** argv) {
  arguments args;
  CLI::App app("Loads an EventManager daemon and reports what it did");
  declare_command_line(app, args);

  try {
    app.parse(argc, argv);
    catch_interrupts();
    use_all_descriptors();
    const auto found = run(app, args);
    if (args.json) {
      found.print_json(std::cout);
    } else {
      found.print_table(std::cout);
    }
    return found.all_kept() ? done : promise_broken;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? done : usage_error;
  } catch (const interrupted&) {
    return interrupted_by_user;
  } catch (const std::exception& error) {
    std::cerr << "eventmgr-bench: " << error.what() << '\n';
    return not_reachable;
  }
}
