#include "command_line.hpp"

#include "option_check.hpp"
#include "signals.hpp"

#include <CLI/CLI.hpp>

#include <clocale>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

namespace eventmgr::evctl {
namespace {

constexpr int shell_signal_base = 128;

void add_global_options(CLI::App& app, global_options& options) {
  auto* url = app.add_option("--url", options.url, "The daemon's address [EVENTMGR_URL]")
                  ->type_name("URL")
                  ->check(daemon_url());
  app.add_option("--token-file", options.token_file, "A file with the token to send [EVENTMGR_TOKEN]")
      ->type_name("FILE");
  app.add_option("--ca-file", options.ca_file, "Authorities to trust for https, in PEM")->type_name("FILE");
  app.add_option("--context", options.context, "Use this context of the configuration [EVENTMGR_CONTEXT]")
      ->type_name("NAME")
      ->excludes(url);
  app.add_option("-o,--output", options.output, "table, json, ndjson or yaml; a table on a terminal, ndjson otherwise")
      ->type_name("FORMAT")
      ->check(one_of({"table", "json", "ndjson", "yaml"}));
  app.add_flag("--no-color", options.no_colour, "No colour, as with NO_COLOR");
}

CLI::App* add_group(CLI::App& app, const std::string& name, const std::string& description) {
  auto* group = app.add_subcommand(name, description);
  group->require_subcommand(1);
  return group;
}

void add_commands(CLI::App& app, command_action& chosen) {
  add_publish(app, chosen);
  add_subscribe(app, chosen);
  add_listen(app, chosen);
  add_expect(app, chosen);

  auto* topics = add_group(app, "topics", "List, declare and look into topics");
  add_topics_list(*topics, chosen);
  add_topics_show(*topics, chosen);
  add_topics_create(*topics, chosen);
  add_topics_delete(*topics, chosen);
  add_topics_match(*topics, chosen);
  add_topics_tree(*topics, chosen);
  add_topics_events(*topics, chosen);

  auto* events = add_group(app, "events", "Search, follow, record and play the history");
  add_events_list(*events, chosen);
  add_events_show(*events, chosen);
  add_events_why(*events, chosen);
  add_events_trace(*events, chosen);
  add_events_record(*events, chosen);
  add_events_play(*events, chosen);
  // As they are called where nothing else is done with the history.
  add_events_record(app, chosen);
  add_events_play(app, chosen);

  auto* subscriptions = add_group(app, "subscriptions", "Keep durable subscriptions, and see how they are doing");
  add_subscriptions_list(*subscriptions, chosen);
  add_subscriptions_show(*subscriptions, chosen);
  add_subscriptions_create(*subscriptions, chosen);
  add_subscriptions_edit(*subscriptions, chosen);
  add_subscriptions_delete(*subscriptions, chosen);
  add_subscriptions_pause(*subscriptions, chosen);
  add_subscriptions_resume(*subscriptions, chosen);
  add_subscriptions_seek(*subscriptions, chosen);
  add_subscriptions_test(*subscriptions, chosen);
  add_subscriptions_lag(*subscriptions, chosen);
  add_subscriptions_attempts(*subscriptions, chosen);
  add_subscriptions_backtest(*subscriptions, chosen);

  auto* dead_letters = add_group(app, "dlq", "Look into dead letters, and put them right");
  add_dlq_list(*dead_letters, chosen);
  add_dlq_show(*dead_letters, chosen);
  add_dlq_summary(*dead_letters, chosen);
  add_dlq_requeue(*dead_letters, chosen);
  add_dlq_discard(*dead_letters, chosen);
  add_dlq_export(*dead_letters, chosen);
  auto* plans = add_group(*dead_letters, "plans", "See and steer what dlq requeue began");
  add_dlq_plans_list(*plans, chosen);
  add_dlq_plans_show(*plans, chosen);
  add_dlq_plans_cancel(*plans, chosen);
  add_dlq_plans_resume(*plans, chosen);

  add_replay(app, chosen);

  add_top(app, chosen);
  add_status(app, chosen);
  add_verify(app, chosen);
  add_config(app, chosen);
}

/// Every command's path with its options, a command a line: "topics list --limit". Tests compare the completions and
/// the manual with it.
void dump_commands(const CLI::App& app, const std::string& path, std::ostream& out) {
  out << (path.empty() ? "evctl" : path);
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) out << " --" << name;
    for (const auto& name : option->get_snames()) out << " -" << name;
  }
  out << '\n';
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    // CLI11 gives a group without a name, hence hidden, to what is not for users.
    if (!command->get_group().empty())
      dump_commands(*command, path.empty() ? command->get_name() : path + " " + command->get_name(), out);
  }
}

/// Options of the whole program may also stand after the command.
void let_global_options_follow(CLI::App& app) {
  for (auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    command->fallthrough();
    let_global_options_follow(*command);
  }
}

/// What is wrong with the line, and where its help is; a group without a command names those it has.
std::string usage_mistake(const CLI::App* app, const CLI::Error& fault) {
  const CLI::App* said = app;
  std::string path = app->get_name();
  while (!said->get_subcommands().empty()) {
    said = said->get_subcommands().front();
    path += ' ' + said->get_name();
  }
  std::string text = path + ": " + fault.what();
  if (said->get_require_subcommand_min() > 0) {
    std::string names;
    for (const auto* command : said->get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); })) {
      names += (names.empty() ? "" : ", ") + command->get_name();
    }
    const std::vector<std::string> rest = app->remaining(true);
    if (rest.empty()) {
      text = path + ": a command is required: " + names;
    } else if (rest.front().starts_with('-')) {
      text = path + ": there is no option " + rest.front();
    } else {
      text = path + ": there is no command " + rest.front() + ": " + names;
    }
  }
  return text + "\nSee " + path + " --help\n";
}

int run(const command_action& action, const global_options& options) {
  const auto stop = handle_signals();
  exit_code code = exit_code::done;
  try {
    session here{options, stop};
    try {
      code = action(here);
      here.output().flush();
    } catch (const error& fault) {
      code = here.fail(fault.reason());
    }
  } catch (const output_closed&) {
    code = exit_code::done;
  } catch (const std::exception& fault) {
    std::cerr << "evctl: " << fault.what() << '\n';
    code = exit_code::failed;
  }
  return received_signal() != 0 ? shell_signal_base + received_signal() : static_cast<int>(code);
}

}  // namespace

int run_command_line(int argc, char** argv) {
  // How wide a character is. No other thread runs yet.
  std::setlocale(LC_CTYPE, "C.UTF-8");  // NOLINT(concurrency-mt-unsafe)
  CLI::App app{"Publish to, watch and administer an EventManager broker", "evctl"};
  app.set_version_flag("--version", "evctl " EVCTL_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  app.failure_message(usage_mistake);

  global_options options;
  command_action chosen;
  add_global_options(app, options);
  add_commands(app, chosen);
  app.add_subcommand("__commands", "Print every command and option, for tests")->group("")->callback([&] {
    chosen = [&](session&) {
      dump_commands(app, "", std::cout);
      return exit_code::done;
    };
  });
  let_global_options_follow(app);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? 0 : static_cast<int>(exit_code::usage);
  }
  return run(chosen, options);
}

}  // namespace eventmgr::evctl
