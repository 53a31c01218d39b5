#include "../clock_text.hpp"
#include "../command.hpp"
#include "../deadline.hpp"
#include "../event_matcher.hpp"
#include "../json_text.hpp"
#include "../option_check.hpp"
#include "../stored_events.hpp"
#include "../tail_news.hpp"
#include "stream_arguments.hpp"
#include "subscribe.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace eventmgr::evctl {
namespace {

constexpr std::size_t examples_shown = 3;
constexpr std::size_t topics_shown = 5;
constexpr std::size_t longest_example = 400;

struct expect_options {
  stream_arguments stream{};
  std::string within{"10s"};
};

/// Prints what was expected, and remembers what came on the topics instead.
class expectation final : public tail_news {
 public:
  expectation(session& here, const event_matcher& matcher, std::uint64_t wanted)
      : tail_news{here}, matcher_{matcher}, wanted_{wanted} {}

  client::tail_step on_event(const client::tail_event& item) override {
    if (matcher_.passes_filter(item.json)) {
      print_event(item.json, here());
      ++came_;
      return is_met() ? client::tail_step::stop : client::tail_step::go_on;
    }
    ++others_;
    examples_.emplace_back(item.json);
    if (examples_.size() > examples_shown) examples_.pop_front();
    return client::tail_step::go_on;
  }

  bool is_met() const noexcept { return came_ >= wanted_; }
  std::uint64_t came() const noexcept { return came_; }
  std::uint64_t others() const noexcept { return others_; }
  const std::deque<std::string>& examples() const noexcept { return examples_; }

 private:
  const event_matcher& matcher_;
  const std::uint64_t wanted_;
  std::uint64_t came_{0};
  std::uint64_t others_{0};
  std::deque<std::string> examples_{};  ///< the newest that the filter refused
};

std::string events_text(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " event" : " events"); }

std::string patterns_text(const std::vector<std::string>& patterns) {
  std::string text;
  for (const auto& pattern : patterns) text += (text.empty() ? "" : ", ") + pattern;
  return text;
}

/// Where events were published instead, for somebody who waits on the wrong topic.
void say_other_topics(time_point since, session& here) {
  std::map<std::string, std::uint64_t> counts;
  stored_selection all;
  all.since = since;
  all.last = event_query::max_limit;
  const auto read = visit_stored(all, here, [&](const std::string& event) {
    ++counts[member_text(event, "/topic").value_or("")];
    return true;
  });
  if (!read) return;
  if (counts.empty()) return here.say("nothing was published on any other topic either");
  std::string text;
  std::size_t shown = 0;
  for (const auto& [topic, count] : counts) {
    if (++shown > topics_shown) break;
    text += (text.empty() ? "" : ", ") + topic + " (" + std::to_string(count) + ")";
  }
  here.say("published meanwhile: " + text + (counts.size() > topics_shown ? " and on other topics" : ""));
}

exit_code say_missing(const expect_options& options, const expectation& seen, time_point since, session& here) {
  const auto& topics = options.stream.patterns;
  const auto wanted = std::max<std::uint64_t>(options.stream.count, 1);
  here.say((seen.came() > 0 ? "only " + events_text(seen.came()) + " of " + std::to_string(wanted)
                            : std::string{wanted == 1 ? "no event" : "none of " + events_text(wanted)}) +
           " came on " + patterns_text(topics) + " within " + options.within);
  if (seen.others() > 0) {
    here.say(events_text(seen.others()) + " came there that the filter refuses, " +
             (seen.others() > examples_shown ? "the last of them:" : "as:"));
    for (const auto& event : seen.examples()) here.say("  " + shorten(printable(event), longest_example));
  } else if (seen.came() == 0) {
    say_other_topics(since, here);
  }
  return exit_code::timed_out;
}

exit_code expect(const expect_options& options, session& here) {
  auto tail = make_tail(options.stream, here);
  if (!tail) return here.fail(tail.error());
  // Here, and not in the daemon: what does not pass is worth telling.
  const auto matcher = event_matcher::make(options.stream.patterns, tail->filter);
  if (!matcher) return here.fail(matcher.error());
  tail->filter.clear();

  auto connection = here.connection();
  if (!connection) return here.fail(connection.error());
  const auto since = parse_moment(options.stream.since).value_or(now());
  const deadline limit{here.stop(), option_value(parse_duration, options.within)};
  connection->stop = limit.stop();
  client::broker_client client{*std::move(connection)};
  expectation handler{here, *matcher, std::max<std::uint64_t>(options.stream.count, 1)};
  const auto ended = client.tail(*tail, handler);
  here.output().flush();
  if (!ended && !limit.stop()->raised()) return here.fail(ended.error());
  if (handler.is_met() || here.stop().raised()) return exit_code::done;
  return say_missing(options, handler, since, here);
}

}  // namespace

void add_expect(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<expect_options>();
  auto& stream = options->stream;
  auto* command = parent.add_subcommand("expect", "Wait for an event, and exit with 7 if it does not come");
  command->add_option("--topic", stream.patterns, "On topics that match; may be repeated. By default all")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  command->add_option("--filter", stream.filter, "One that passes: JSON, @FILE, or - for standard input")
      ->type_name("JSON");
  command->add_option("--count", stream.count, "Wait for so many; by default for one")
      ->type_name("N")
      ->check(positive_number());
  command->add_option("--within", options->within, "How long to wait")
      ->type_name("DURATION")
      ->capture_default_str()
      ->check(positive_duration());
  command->add_option("--since", stream.since, "Also take those since a time, or so long ago (5m)")
      ->type_name("TIME")
      ->check(moment_value());
  command->callback([options, &chosen] {
    if (options->stream.patterns.empty()) options->stream.patterns = {"#"};
    chosen = [options](session& here) { return expect(*options, here); };
  });
}

}  // namespace eventmgr::evctl
