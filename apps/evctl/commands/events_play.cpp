#include "../batch_sender.hpp"
#include "../clock_text.hpp"
#include "../command.hpp"
#include "../input.hpp"
#include "../option_check.hpp"
#include "../progress.hpp"
#include "../recording.hpp"
#include "../waiting.hpp"
#include "codec/object_writer.hpp"
#include "core/uuid_v7_generator.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::evctl {
namespace {

using clock = std::chrono::steady_clock;

struct play_options {
  std::string file{};
  double speed{1};
  bool remap_ids{false};
  std::string topic_prefix{};
  bool dry_run{false};
};

/// When the next event of a recording is due, by the times at which they were received.
class pace {
 public:
  explicit pace(double speed) : speed_{speed} {}

  /// How long to wait before an event that was received then. Time that went by since the first event counts.
  std::chrono::milliseconds until(const std::optional<time_point>& received) {
    if (speed_ <= 0 || !received) return {};
    if (!first_) {
      first_ = received;
      began_ = clock::now();
    }
    const std::chrono::duration<double, std::milli> after{static_cast<double>((*received - *first_).count()) / speed_};
    const auto due = began_ + std::chrono::duration_cast<clock::duration>(after);
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(due - clock::now()), std::chrono::milliseconds{0});
  }

 private:
  const double speed_;
  std::optional<time_point> first_{};
  clock::time_point began_{};
};

class player {
 public:
  player(const play_options& options, replaying how, session& here)
      : options_{options},
        how_{std::move(how)},
        here_{here},
        input_{options.file, here.stop(), batch_sender::longest_line},
        progress_{here.shows_progress()},
        sender_{here, [this] { progress_.clear(); }},
        pace_{options.speed} {}

  exit_code run() {
    std::string_view line;
    auto status = input_.next(line);
    while (status == line_reader::status::line && !sender_.is_broken()) {
      if (line.find_first_not_of(" \t") != std::string_view::npos && !play(line)) break;
      if (input_.would_wait()) sender_.flush();
      show_progress();
      status = input_.next(line);
    }
    if (status == line_reader::status::too_long) {
      sender_.report(input_.line_number(),
                     failure{errc::too_large, "the line is longer than 8 MiB; the rest is not read"});
    }
    if (!here_.stop().raised()) sender_.flush();
    progress_.clear();
    if (options_.dry_run) return conclude_rehearsal();
    if (sender_.duplicates() > 0 && !options_.remap_ids) {
      here_.say("events that are stored here already were not stored again; --remap-ids gives them new ids");
    }
    return sender_.conclude();
  }

 private:
  /// False at an interrupt.
  bool play(std::string_view line) {
    auto event = read_recorded(line, how_, now());
    if (!event) {
      sender_.report(input_.line_number(), event.error());
      return true;
    }
    ++events_;
    if (const auto at = event->received) {
      first_ = std::min(first_.value_or(*at), *at);
      last_ = std::max(last_.value_or(*at), *at);
    }
    if (options_.dry_run) return true;
    if (const auto wait = pace_.until(event->received); wait.count() > 0) {
      // What is due now does not wait for what is due later.
      sender_.flush();
      if (!wait_for(wait, here_.stop())) return false;
      // Its expiry is that long after now, and not after the moment at which the waiting began.
      event = read_recorded(line, how_, now());
    }
    sender_.add(event->input, input_.line_number());
    return true;
  }

  void show_progress() {
    progress_.update(input_.bytes_read(), input_.file_size(), std::to_string(events_) + " events");
  }

  exit_code conclude_rehearsal() {
    std::string out;
    codec::object_writer would{out};
    would.flag("dryRun", true);
    would.number("events", events_);
    would.number("failed", sender_.done());
    if (first_ && last_) {
      would.time("oldest", *first_);
      would.time("newest", *last_);
      would.number("originalDurationMs", (*last_ - *first_).count());
    }
    would.end();
    here_.output().record(out);
    if (sender_.done() == 0) return exit_code::done;
    return events_ > 0 ? exit_code::partly : exit_code::rejected;
  }

  const play_options& options_;
  const replaying how_;
  session& here_;
  line_reader input_;
  progress_line progress_;
  batch_sender sender_;
  pace pace_;
  std::uint64_t events_{0};
  std::optional<time_point> first_{};
  std::optional<time_point> last_{};
};

exit_code play(const play_options& options, session& here) {
  replaying how;
  if (options.remap_ids) how.remap_in = uuid_v7_generator{}.next(now().time_since_epoch().count());
  if (!options.topic_prefix.empty()) {
    const auto prefix = topic_name::parse(options.topic_prefix);
    if (!prefix) return here.fail(failure{errc::invalid_request, "--topic-prefix: " + prefix.error().message});
    how.topic_prefix = prefix->str();
  }
  player recording{options, std::move(how), here};
  return recording.run();
}

}  // namespace

void add_events_play(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<play_options>();
  auto* command = parent.add_subcommand("play", "Publish recorded events again, at the pace at which they came");
  command->add_option("file", options->file, "What events record wrote; - is standard input")->required();
  command->add_option("--speed", options->speed, "2 is twice the pace; 0 is as fast as possible")
      ->type_name("FACTOR")
      ->capture_default_str()
      ->check(number_from_zero());
  command->add_flag("--remap-ids", options->remap_ids, "Give events new ids, and requests and causes too");
  command->add_option("--topic-prefix", options->topic_prefix, "Put this before each topic")->type_name("TOPIC");
  command->add_flag("--dry-run", options->dry_run, "Only read the recording, and say what is in it");
  command->callback([options, &chosen] { chosen = [options](session& here) { return play(*options, here); }; });
}

}  // namespace eventmgr::evctl
