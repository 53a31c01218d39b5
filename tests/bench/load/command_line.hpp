#pragma once

#include "bench/load/delivery_scenarios.hpp"
#include "bench/load/scenarios.hpp"

#include <CLI/CLI.hpp>

namespace eventmgr::bench {

/// Everything that the command line can say.
struct arguments {
  target_options target{};
  event_spec spec{};
  bool json{false};
  closed_loop_options batch{.name = "batch", .shape = {4, 100}};
  closed_loop_options single{.name = "single", .shape = {64, 0}};
  steady_options steady{};
  fanout_options fanout{};
  start_options start{};
  start_options restart{.runs = 3};
  durable_options durable{};
  webhook_options webhooks{};
  dead_endpoint_options dead_endpoint{};
  subscription_count_options subscriptions{};
  backlog_options backlog{};
  replay_options replay{};
};

/// Declares every option and scenario of the program; parsing fills `args`, which must live as long as `app`.
void declare_command_line(CLI::App& app, arguments& args);

/// Of these, the scenarios of durable subscriptions.
void declare_delivery_scenarios(CLI::App& app, arguments& args);

/// How the connections that publish are used.
void add_shape_options(CLI::App& app, publish_shape& shape, bool batched);

/// A whole number from 1.
inline const CLI::Range at_least_one(1, 1000000);

}  // namespace eventmgr::bench
