#include "subscribe.hpp"

#include "../command.hpp"
#include "../event_line.hpp"
#include "../json_text.hpp"
#include "../option_check.hpp"
#include "../tail_news.hpp"

#include <eventmgr/query.hpp>
#include <eventmgr/subscription.hpp>

#include <CLI/CLI.hpp>

#include <memory>

namespace eventmgr::evctl {
namespace {

class tail_printer final : public tail_news {
 public:
  tail_printer(session& here, std::uint64_t wanted) : tail_news{here}, wanted_{wanted} {}

  client::tail_step on_event(const client::tail_event& item) override {
    print_event(item.json, here());
    ++seen_;
    return wanted_ > 0 && seen_ >= wanted_ ? client::tail_step::stop : client::tail_step::go_on;
  }

 private:
  const std::uint64_t wanted_;
  std::uint64_t seen_{0};
};

/// Gives each event to a command. What that makes of it is said and has no other consequence.
class tail_command final : public tail_news {
 public:
  tail_command(session& here, const subscribe_options& options)
      : tail_news{here}, command_{options.command, here.stop()}, wanted_{options.stream.count} {}

  client::tail_step on_event(const client::tail_event& item) override {
    const auto ended = command_.run(item.json, 1, item.link);
    if (ended.what != event_command::outcome::done) say_ending(item.json, ended, here());
    unusable_ = ended.what == event_command::outcome::unusable;
    ++seen_;
    const bool enough = wanted_ > 0 && seen_ >= wanted_;
    return unusable_ || enough || here().stop().raised() ? client::tail_step::stop : client::tail_step::go_on;
  }

  bool is_unusable() const noexcept { return unusable_; }

 private:
  const event_command command_;
  const std::uint64_t wanted_;
  std::uint64_t seen_{0};
  bool unusable_{false};
};

/// Nobody waits at the other end of what is read from the history.
class no_link final : public client::stream_link {
 public:
  void keep_alive() override {}
};

/// Gives the handler what is stored already, or what is stored and everything that comes.
result<void> follow(const subscribe_options& options, client::tail_handler& handler, session& here) {
  if (options.until_end) {
    const auto wanted = select_stored(options.stream, here);
    if (!wanted) return wanted.error();
    no_link link;
    return visit_stored(*wanted, here, [&](const std::string& event) {
      return handler.on_event({event, {}, link}) == client::tail_step::go_on;
    });
  }
  const auto tail = make_tail(options.stream, here);
  if (!tail) return tail.error();
  return here.client().tail(*tail, handler);
}

void check_options(const subscribe_options& options) {
  const auto needs_durable = [&](bool given, const char* name) {
    if (given && options.durable.empty()) throw CLI::RequiresError{name, "--durable"};
  };
  needs_durable(options.window.has_value(), "--window");
  needs_durable(!options.ack_timeout.empty(), "--ack-timeout");
  if (options.durable.empty() && options.stream.patterns.empty()) throw CLI::RequiredError{"pattern"};
  if (!options.durable.empty() && options.stream.last > 0) throw CLI::ExcludesError{"--durable", "--last"};
  if (!options.durable.empty() && options.until_end) throw CLI::ExcludesError{"--durable", "--until-end"};
}

}  // namespace

void print_event(std::string_view json, session& here) {
  if (here.output().is_table()) {
    here.output().line(event_line(json, here.output()));
  } else {
    here.output().stream_item(json);
  }
}

void say_ending(std::string_view json, const event_command::ending& ended, const session& here) {
  here.say("event " + member_text(json, "/id").value_or("") + ": the command ended with " + ended.why);
}

exit_code run_tail(const subscribe_options& options, session& here) {
  const output_watch watch{here.stop()};
  if (options.command.empty()) {
    tail_printer handler{here, options.stream.count};
    const auto ended = follow(options, handler, here);
    here.output().flush();
    return ended ? exit_code::done : here.fail(ended.error());
  }
  tail_command handler{here, options};
  const auto ended = follow(options, handler, here);
  if (!ended) return here.fail(ended.error());
  return handler.is_unusable() ? exit_code::failed : exit_code::done;
}

void add_subscribe(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<subscribe_options>();
  auto& stream = options->stream;
  auto* command =
      parent.add_subcommand("subscribe", "Print events as they come, after those of history that are asked for");
  command->add_option("pattern", stream.patterns, "Topics; * is one level, # is any number of them");
  auto* since = command->add_option("--since", stream.since, "Begin with the events since a time, or so long ago (5m)")
                    ->type_name("TIME")
                    ->check(moment_value());
  command->add_option("--last", stream.last, "Begin with the last so many events")
      ->type_name("N")
      ->check(number_between(1, event_query::max_limit))
      ->excludes(since);
  command->add_option("--filter", stream.filter, "Print only what passes: JSON, @FILE, or - for standard input")
      ->type_name("JSON");
  command->add_option("--count", stream.count, "End after so many events")->type_name("N")->check(positive_number());
  command->add_flag("--until-end", options->until_end,
                    "End with the last event that is stored now; begin with the first unless told otherwise");
  command->add_option("--exec", options->command, "Give each event to a shell command on its standard input")
      ->type_name("COMMAND");
  command->add_option("--durable", options->durable, "Be a consumer of a durable subscription, made if there is none")
      ->type_name("NAME");
  command->add_option("--window", options->window, "If it is made: the most unacknowledged events of all consumers")
      ->type_name("N")
      ->check(number_between(1, subscription_options::max_max_concurrency));
  command->add_option("--ack-timeout", options->ack_timeout, "If it is made: how long an event may take")
      ->type_name("DURATION")
      ->check(duration_value());
  command->callback([options, &chosen] {
    check_options(*options);
    chosen = [options](session& here) {
      return options->durable.empty() ? run_tail(*options, here) : run_consumer(*options, here);
    };
  });
}

}  // namespace eventmgr::evctl
