#include "../clock_text.hpp"
#include "../command.hpp"
#include "../event_line.hpp"
#include "../input.hpp"
#include "../json_text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace eventmgr::evctl {
namespace {

struct subscribe_options {
  std::vector<std::string> patterns{};
  std::string since{};
  std::optional<std::string> filter{};
  std::uint32_t last{0};
  std::uint64_t count{0};
};

/// Prints what a tail brings, and says on standard error what becomes of the connection.
class tail_printer final : public client::tail_handler {
 public:
  tail_printer(session& here, std::uint64_t wanted) : here_{here}, wanted_{wanted} {}

  client::tail_step on_event(const client::tail_event& item) override {
    if (here_.output().is_table()) {
      here_.output().line(event_line(item.json, here_.output()));
    } else {
      here_.output().stream_item(item.json);
    }
    ++seen_;
    return wanted_ > 0 && seen_ >= wanted_ ? client::tail_step::stop : client::tail_step::go_on;
  }

  void on_subscribed(std::string_view position, bool resumed) override {
    here_.say((resumed ? "connected again, resuming after " : "subscribed at ") + std::string{position});
    last_loss_.clear();
  }

  void on_gap(std::string_view from, std::string_view to) override {
    here_.say("events between " + std::string{from} + " and " + std::string{to} +
              " are no longer kept and were missed");
  }

  /// Attempts that fail alike are said once.
  void on_disconnected(const failure& why, std::chrono::milliseconds) override {
    here_.output().flush();
    if (why.message == last_loss_) return;
    here_.say(why.message + "; trying again until it answers");
    last_loss_ = why.message;
  }

  void on_idle() override { here_.output().flush(); }

 private:
  session& here_;
  const std::uint64_t wanted_;
  std::uint64_t seen_{0};
  std::string last_loss_{};
};

std::optional<std::uint64_t> seq_of(const std::string& event) {
  const auto text = member_text(event, "/seq").value_or("");
  std::uint64_t seq = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seq);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return seq;
}

/// Where the last `wanted` events that any pattern matches begin. With fewer than that, where history begins.
result<client::tail_start> start_of_last(const subscribe_options& options, session& here) {
  std::set<std::uint64_t, std::greater<>> newest;
  for (const auto& text : options.patterns) {
    auto pattern = topic_pattern::parse(text);
    if (!pattern) return pattern.error();
    event_query selection;
    selection.topic = *std::move(pattern);
    selection.limit = options.last;
    const auto page = here.client().query(selection);
    if (!page) return page.error();
    for (const auto& event : page->items) {
      if (const auto seq = seq_of(event)) newest.insert(*seq);
    }
  }
  if (newest.size() < options.last) return client::tail_start{offset{1}};
  return client::tail_start{offset{*std::next(newest.begin(), options.last - 1)}};
}

result<client::tail_start> start_of(const subscribe_options& options, session& here) {
  if (options.last > 0) return start_of_last(options, here);
  if (options.since.empty()) return client::tail_start{client::from_now{}};
  if (const auto ago = parse_duration(options.since)) return client::tail_start{*ago};
  const auto at = read_moment("--since", options.since);
  if (!at) return at.error();
  return client::tail_start{*at};
}

/// The text of the filter, wherever it comes from; empty if there is none.
result<std::string> read_filter(const subscribe_options& options, session& here) {
  if (!options.filter) return std::string{};
  auto filter = read_argument(*options.filter, here.stop());
  if (filter && !is_json_object(*filter)) return failure{errc::malformed_json, "--filter must be a JSON object"};
  return filter;
}

exit_code subscribe(const subscribe_options& options, session& here) {
  const output_watch watch{here.stop()};
  auto filter = read_filter(options, here);
  if (!filter) return here.fail(filter.error());
  auto start = start_of(options, here);
  if (!start) return here.fail(start.error());
  client::tail_options tail;
  tail.topics = options.patterns;
  tail.start = *std::move(start);
  tail.filter = *std::move(filter);
  tail_printer handler{here, options.count};
  const auto ended = here.client().tail(tail, handler);
  here.output().flush();
  return ended ? exit_code::done : here.fail(ended.error());
}

}  // namespace

void add_subscribe(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<subscribe_options>();
  auto* command =
      parent.add_subcommand("subscribe", "Print events as they come, after those of history that are asked for");
  command->add_option("pattern", options->patterns, "Topics; * is one level, # is any number of them")->required();
  auto* since =
      command->add_option("--since", options->since, "Begin with the events since a time, or so long ago (5m)")
          ->type_name("TIME");
  command->add_option("--last", options->last, "Begin with the last so many events")
      ->type_name("N")
      ->check(CLI::Range(1U, event_query::max_limit))
      ->excludes(since);
  command->add_option("--filter", options->filter, "Print only what passes: JSON, @FILE, or - for standard input")
      ->type_name("JSON");
  command->add_option("--count", options->count, "End after so many events")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  command->callback([options, &chosen] { chosen = [options](session& here) { return subscribe(*options, here); }; });
}

}  // namespace eventmgr::evctl
