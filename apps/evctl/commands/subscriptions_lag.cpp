#include "../clock_text.hpp"
#include "../command.hpp"
#include "../json_text.hpp"
#include "../option_check.hpp"
#include "../record_pages.hpp"
#include "../waiting.hpp"
#include "codec/object_writer.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr::evctl {
namespace {

struct lag_options {
  std::vector<std::string> names{};
  bool watch{false};
  std::string interval{"1s"};
};

std::vector<column> lag_columns() {
  constexpr auto right = column::alignment::right;
  return {{"NAME", "/name"},
          {"STATUS", "/status"},
          {"CRITICAL", "/lag/CRITICAL", right},
          {"HIGH", "/lag/HIGH", right},
          {"NORMAL", "/lag/NORMAL", right},
          {"LOW", "/lag/LOW", right},
          {"TOTAL", "/totalLag", right},
          {"IN FLIGHT", "/inFlight", right},
          {"RETRYING", "/exceptions", right},
          {"PER SECOND", "/perSecond", right},
          {"OLDEST MS", "/oldestUnsettledAgeMs", right},
          {"BREAKER", "/breaker/state"},
          {"IDLE", "/idleReason"}};
}

/// Name and status, then the members of the statistics.
std::string write_row(const std::string& subscription, const std::string& stats) {
  std::string row;
  codec::object_writer head{row};
  head.text("name", member_text(subscription, "/name").value_or(""));
  head.text("status", member_text(subscription, "/status").value_or(""));
  const auto begin = stats.find('{');
  return row + "," + (begin == std::string::npos ? "}" : stats.substr(begin + 1));
}

/// The subscriptions that were named, or all.
result<std::vector<std::string>> find_subscriptions(const lag_options& options, session& here) {
  std::vector<std::string> found;
  if (options.names.empty()) {
    const auto listed = visit_pages(subscription_pages(here), every_record,
                                    [&](const std::string& subscription) { found.push_back(subscription); });
    if (!listed) return listed.error();
    return found;
  }
  for (const auto& name : options.names) {
    auto subscription = here.client().subscriptions().get(name);
    if (!subscription) return subscription.error();
    found.push_back(*std::move(subscription));
  }
  return found;
}

result<std::vector<std::string>> measure(const lag_options& options, session& here) {
  const auto subscriptions = find_subscriptions(options, here);
  if (!subscriptions) return subscriptions.error();
  std::vector<std::string> rows;
  for (const auto& subscription : *subscriptions) {
    const auto id = member_text(subscription, "/subscriptionId").value_or("");
    const auto stats = here.client().subscriptions().stats(id);
    // One that was listed and is gone now is not missed.
    if (!stats && stats.error().code == errc::not_found && options.names.empty()) continue;
    if (!stats) return stats.error();
    rows.push_back(write_row(subscription, *stats));
  }
  return rows;
}

/// Everything that was measured at one moment, as one record.
std::string write_tick(const std::vector<std::string>& rows) {
  std::string out;
  codec::object_writer tick{out};
  tick.time("at", now());
  auto& list = tick.key("subscriptions");
  list += '[';
  for (const auto& row : rows) {
    if (list.back() != '[') list += ',';
    list += row;
  }
  list += ']';
  tick.end();
  return out;
}

exit_code show_lag(const lag_options& options, session& here) {
  const auto rows = measure(options, here);
  if (!rows) return here.fail(rows.error());
  auto& out = here.output();
  out.begin_list(lag_columns());
  for (const auto& row : *rows) out.item(row);
  out.end_list();
  return exit_code::done;
}

void show_tick(const std::vector<std::string>& rows, printer& out) {
  if (out.is_table()) {
    out.begin_screen(lag_columns());
    for (const auto& row : rows) out.item(row);
    out.end_list();
  } else {
    out.stream_item(write_tick(rows));
    out.flush();
  }
}

/// A daemon that answered once may be away for a while.
exit_code watch_lag(const lag_options& options, std::chrono::milliseconds interval, session& here) {
  const output_watch watch{here.stop()};
  bool answered = false;
  bool away = false;
  do {
    const auto rows = measure(options, here);
    if (here.stop().raised()) break;
    if (rows) {
      show_tick(*rows, here.output());
      answered = true;
      away = false;
    } else if (!answered || rows.error().code != errc::unreachable) {
      return here.fail(rows.error());
    } else if (!std::exchange(away, true)) {
      here.say(rows.error().message + "; trying again until it answers");
      here.output().leave_screen();
    }
  } while (wait_for(interval, here.stop()));
  return exit_code::done;
}

exit_code run_lag(const lag_options& options, session& here) {
  if (!options.watch) return show_lag(options, here);
  return watch_lag(options, option_value(parse_duration, options.interval), here);
}

}  // namespace

void add_subscriptions_lag(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<lag_options>();
  auto* command = parent.add_subcommand("lag", "Show how far subscriptions are behind, for each priority");
  command->add_option("name", options->names, "The subscriptions' names or ids; by default all");
  auto* watch = command->add_flag("--watch", options->watch, "Show it again and again");
  command->add_option("--interval", options->interval, "How often")
      ->type_name("DURATION")
      ->capture_default_str()
      ->check(positive_duration())
      ->needs(watch);
  command->callback([options, &chosen] { chosen = [options](session& here) { return run_lag(*options, here); }; });
}

}  // namespace eventmgr::evctl
