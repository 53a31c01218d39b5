#include "../command.hpp"
#include "../event_line.hpp"
#include "../input.hpp"
#include "../json_text.hpp"
#include "../option_check.hpp"
#include "client/request_writer.hpp"
#include "codec/object_writer.hpp"

#include <eventmgr/client_explain.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr::evctl {
namespace {

struct backtest_options {
  std::string against{};
  std::vector<std::string> topics{};
  std::string filter{};
  std::string priority{};
  std::string since{};
  std::string until{};
};

result<std::string> write_proposal(const backtest_options& options, session& here) {
  std::string out;
  codec::object_writer object{out};
  if (!options.against.empty()) object.text("against", options.against);
  if (!options.topics.empty()) object.key("topic") += client::write_texts(options.topics);
  if (!options.filter.empty()) {
    const auto filter = read_json_argument("--filter", options.filter, here.stop());
    if (!filter) return filter.error();
    object.key("filter") += *filter;
  }
  if (const auto least = parse_priority(options.priority)) {
    object.key("options") += "{\"priority\":\"" + std::string{to_string(*least)} + "\"}";
  }
  if (!options.since.empty()) object.text("since", options.since);
  if (!options.until.empty()) object.text("until", options.until);
  object.end();
  return out;
}

std::uint64_t number_at(std::string_view json, std::string_view pointer) {
  const auto text = member_text(json, pointer).value_or("0");
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// A bar for each of the newest hours in which something matched.
void show_hours(const std::string& answer, printer& out) {
  constexpr std::size_t most_hours = 24;
  constexpr std::size_t widest_bar = 40;
  constexpr std::size_t hour_text = 16;  // "2026-01-02T03:04"
  auto hours = element_texts(answer, "/perHour");
  if (hours.size() > most_hours) hours.erase(hours.begin(), hours.end() - most_hours);
  std::uint64_t most = 1;
  for (const auto& hour : hours) most = std::max(most, number_at(hour, "/count"));
  for (const auto& hour : hours) {
    const auto count = number_at(hour, "/count");
    const auto length = std::max<std::uint64_t>(1, count * widest_bar / most);
    std::string bar;
    for (std::uint64_t i = 0; i < length; ++i) bar += "█";
    out.line(out.paint(member_text(hour, "/hour").value_or("").substr(0, hour_text) + "Z", style::faint) + "  " +
             out.paint(bar, style::cyan) + " " + std::to_string(count));
  }
}

void show_samples(const std::string& answer, std::string_view pointer, std::string_view sign, style look,
                  printer& out) {
  for (const auto& event : element_texts(answer, pointer)) {
    out.line((sign.empty() ? std::string{} : out.paint(sign, look) + " ") + event_line(event, out));
  }
}

void show_comparison(const std::string& answer, printer& out) {
  const auto gained = number_at(answer, "/against/gained/count");
  const auto lost = number_at(answer, "/against/lost/count");
  out.line("compared with " + printable(member_text(answer, "/against/name").value_or("")) + ", which matches " +
           std::to_string(number_at(answer, "/against/matched")) + ": " +
           out.paint("+" + std::to_string(gained), style::green) + " " +
           out.paint("-" + std::to_string(lost), style::red));
  show_samples(answer, "/against/gained/samples", "+", style::green, out);
  show_samples(answer, "/against/lost/samples", "-", style::red, out);
}

void say_limits(const std::string& answer, session& here) {
  if (member_text(answer, "/complete") == "false") here.say("time was up before all of it was read");
  std::string list;
  for (const auto& topic : element_texts(answer, "/hints")) list += (list.empty() ? "" : ", ") + topic;
  if (!list.empty()) here.say("* is one level: not matched, but would be with # in its place: " + list);
}

exit_code backtest(const backtest_options& options, session& here) {
  const auto proposal = write_proposal(options, here);
  if (!proposal) return here.fail(proposal.error());
  const auto answer = here.client().explanations().backtest(*proposal);
  if (!answer) return here.fail(answer.error());
  auto& out = here.output();
  const auto matched = number_at(*answer, "/matched");
  if (out.is_table()) {
    out.line("matches " + std::to_string(matched) + " of " + std::to_string(number_at(*answer, "/scanned")) +
             " events");
    show_hours(*answer, out);
    if (member_text(*answer, "/against")) {
      show_comparison(*answer, out);
    } else {
      show_samples(*answer, "/samples", "", style::plain, out);
    }
  } else {
    out.record(*answer);
  }
  say_limits(*answer, here);
  if (matched > 0) return exit_code::done;
  here.say("nothing matches");
  return exit_code::failed;
}

}  // namespace

void add_subscriptions_backtest(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<backtest_options>();
  auto* command = parent.add_subcommand("backtest", "Try a subscription, or a change of one, on history");
  command->add_option("name", options->against,
                      "A subscription to compare with: what is not given here is taken from it");
  command->add_option("--topic", options->topics, "A pattern of topics; may be repeated")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  command->add_option("--filter", options->filter, "Only what passes: JSON, @FILE, or - for standard input")
      ->type_name("JSON");
  command->add_option("--priority", options->priority, "Only events of at least this priority")
      ->type_name("NAME")
      ->check(priority_value());
  command->add_option("--since", options->since, "From a time on, or so long ago; by default 24 hours")
      ->type_name("TIME")
      ->check(moment_value());
  command->add_option("--until", options->until, "Before a time, or so long ago; by default now")
      ->type_name("TIME")
      ->check(moment_value());
  command->callback([options, &chosen] {
    if (options->against.empty() && options->topics.empty()) throw CLI::RequiredError{"a subscription or --topic"};
    chosen = [options](session& here) { return backtest(*options, here); };
  });
}

}  // namespace eventmgr::evctl
