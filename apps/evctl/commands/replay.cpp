#include "replay.hpp"

#include "../clock_text.hpp"
#include "../consent.hpp"
#include "../input.hpp"
#include "../json_text.hpp"
#include "../long_work.hpp"
#include "../option_check.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr::evctl {
namespace {

struct replay_options {
  std::string from{"earliest"};
  std::string to{"now"};
  std::vector<std::string> topics{};
  std::optional<std::string> filter{};
  std::vector<std::string> subscriptions{};
  double speed{0};
  bool dry_run{false};
  bool yes{false};
  bool wait{false};
};

std::optional<offset> parse_offset(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return offset{number};
}

std::optional<start_point> parse_place(const std::string& text) {
  if (text == "earliest") return start_earliest{};
  if (text == "now") return start_now{};
  if (const auto at = parse_offset(text)) return *at;
  if (auto place = parse_position(text)) return *std::move(place);
  if (const auto at = parse_moment(text)) return *at;
  return std::nullopt;
}

CLI::Validator place_value() {
  return value_that(parse_place,
                    "earliest, now, a time such as 2026-01-02T03:04:05Z, a duration back from now such as 5m, an "
                    "offset or a position");
}

result<replay_request> make_request(const replay_options& options, session& here) {
  replay_request request;
  request.from = option_value(parse_place, options.from);
  request.to = option_value(parse_place, options.to);
  for (const auto& text : options.topics) {
    auto pattern = topic_pattern::parse(text);
    if (!pattern) return pattern.error();
    request.topics.push_back(*std::move(pattern));
  }
  if (options.filter) {
    auto filter = read_json_argument("--filter", *options.filter, here.stop());
    if (!filter) return filter.error();
    request.filter = *std::move(filter);
  }
  request.subscriptions = options.subscriptions;
  request.speed = options.speed;
  return request;
}

/// What a preview says, as a question.
std::string question_of(const std::string& preview, std::uint64_t events) {
  std::string names;
  for (const auto& target : element_texts(preview, "/subscriptions")) {
    if (number_at(target, "/events") == 0) continue;
    names += (names.empty() ? "" : ", ") + printable(member_text(target, "/name").value_or(""));
  }
  return "Deliver " + std::to_string(events) + (events == 1 ? " event" : " events") + " again to " + names + "?";
}

exit_code run_replay(const replay_options& options, session& here) {
  const auto request = make_request(options, here);
  if (!request) return here.fail(request.error());
  const auto preview = here.client().replays().preview(*request);
  if (!preview) return here.fail(preview.error());
  if (options.dry_run) {
    here.output().record(*preview);
    return exit_code::done;
  }
  const auto events = number_at(*preview, "/eventsToReplay");
  if (events == 0) {
    here.say("no event matches");
    return exit_code::failed;
  }
  const auto refused = ask_consent(options.yes, question_of(*preview, events), "nothing was replayed", here);
  if (refused) return *refused;
  const auto replay = here.client().replays().start(*request);
  if (!replay) return here.fail(replay.error());
  const auto id = replay_id::parse(member_text(*replay, "/replayId").value_or(""));
  if (options.wait && id) return watch_replay(*id, here);
  here.output().record(*replay, "request");
  return exit_code::done;
}

std::string status_of(const std::string& replay) { return member_text(replay, "/status").value_or(""); }

void show_progress(const std::string& replay, rate_meter& meter, progress_line& line) {
  const auto total = number_at(replay, "/eventsToReplay");
  const auto done = number_at(replay, "/eventsReplayed");
  const auto rate = meter.see(done);
  std::string text = std::to_string(done) + " of " + std::to_string(total) + " events";
  if (rate > 0) text += ", " + rate_text(rate) + "/s";
  if (member_text(replay, "/estimatedDuration")) {
    const auto left = std::chrono::seconds{number_at(replay, "/estimatedDuration") / 1000 + 1};
    text += ", about " + format_duration(left) + " left";
  }
  line.update(done, total, text);
}

exit_code conclude(const std::string& replay, const session& here) {
  if (status_of(replay) != "completed") {
    const auto why = member_text(replay, "/statusReason").value_or("");
    here.say("the replay is " + status_of(replay) + (why.empty() ? "" : ": " + why));
    return exit_code::failed;
  }
  std::uint64_t failed = 0;
  for (const auto& target : element_texts(replay, "/subscriptions")) failed += number_at(target, "/failed");
  if (failed == 0) return exit_code::done;
  here.say(std::to_string(failed) + (failed == 1 ? " delivery" : " deliveries") +
           " failed for good: evctl dlq summary");
  return exit_code::partly;
}

}  // namespace

exit_code watch_replay(replay_id id, session& here) {
  rate_meter meter;
  long_work work;
  work.look = [&] { return here.client().replays().get(id); };
  work.is_over = [](const std::string& replay) {
    const auto status = status_of(replay);
    return status != "started" && status != "running";
  };
  work.show = [&](const std::string& replay, progress_line& line) { show_progress(replay, meter, line); };
  const auto ended = watch_work(work, here);
  if (here.stop().raised()) {
    here.say("the replay goes on: evctl replay status " + to_string(id));
    return exit_code::failed;
  }
  if (!ended) return here.fail(ended.error());
  here.output().record(*ended, "request");
  return conclude(*ended, here);
}

namespace {

/// The options are of the command itself, and not of those below it.
void check_bare(const CLI::App& command) {
  for (const auto* option : command.get_options()) {
    if (option->count() > 0)
      throw CLI::ExcludesError{option->get_name(), command.get_subcommands().front()->get_name()};
  }
}

}  // namespace

void add_replay(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<replay_options>();
  auto* command = parent.add_subcommand("replay", "Deliver a stretch of the log once more");
  command->add_option("--from", options->from, "earliest, a time, so long ago (5m), an offset or a position")
      ->type_name("WHEN")
      ->capture_default_str()
      ->check(place_value());
  command->add_option("--to", options->to, "Up to there: now, a time, so long ago, an offset or a position")
      ->type_name("WHEN")
      ->capture_default_str()
      ->check(place_value());
  command->add_option("--topic", options->topics, "Only topics that match; may be repeated")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  command->add_option("--filter", options->filter, "Only what passes: JSON, @FILE, or - for standard input")
      ->type_name("JSON");
  command->add_option("--to-subscription", options->subscriptions, "To this one; may be repeated. By default to all")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command->add_option("--speed", options->speed, "1 is the pace at which they came; 0 as fast as acknowledged")
      ->type_name("FACTOR")
      ->capture_default_str()
      ->check(zero_or_between(replay_request::min_speed, replay_request::max_speed));
  command->add_flag("--dry-run", options->dry_run, "Only count what would be delivered, and to whom");
  command->add_flag("--yes", options->yes, "Do not ask");
  command->add_flag("--wait", options->wait, "Wait for the end, and exit with 8 if some deliveries failed for good");
  command->require_subcommand(0, 1);
  add_replay_list(*command, chosen);
  add_replay_status(*command, chosen);
  add_replay_cancel(*command, chosen);
  command->callback([options, command, &chosen] {
    if (!command->get_subcommands().empty()) return check_bare(*command);
    chosen = [options](session& here) { return run_replay(*options, here); };
  });
}

}  // namespace eventmgr::evctl
