#include "../clock_text.hpp"
#include "../command.hpp"
#include "../new_file.hpp"
#include "../option_check.hpp"
#include "../progress.hpp"
#include "../stored_events.hpp"
#include "../tail_news.hpp"
#include "codec/object_writer.hpp"
#include "stream_arguments.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace eventmgr::evctl {
namespace {

struct record_options {
  stream_arguments stream{};
  std::string until{};
  bool until_end{false};
  std::string file{};  ///< empty: standard output
};

/// Where a recording goes, and how far it has come.
class recorder {
 public:
  recorder(const record_options& options, session& here)
      : here_{here}, wanted_{options.stream.count}, progress_{here.shows_progress() && !options.file.empty()} {
    if (!options.file.empty()) file_.emplace(options.file);
  }

  /// False once there are enough.
  bool add(std::string_view event) {
    if (file_) {
      file_->line(event);
    } else {
      here_.output().stream_item(event);
    }
    ++count_;
    progress_.update(count_, wanted_, std::to_string(count_) + " events");
    return wanted_ == 0 || count_ < wanted_;
  }

  void before_saying() { progress_.clear(); }

  void finish() {
    progress_.clear();
    if (!file_) return here_.output().flush();
    file_->commit();
    std::string out;
    codec::object_writer done{out};
    done.number("recorded", count_);
    done.text("file", file_->path());
    done.end();
    here_.output().record(out);
  }

 private:
  session& here_;
  const std::uint64_t wanted_;
  progress_line progress_;
  std::optional<new_file> file_{};
  std::uint64_t count_{0};
};

class recording_tail final : public tail_news {
 public:
  recording_tail(session& here, recorder& into) : tail_news{here}, into_{into} {}

  client::tail_step on_event(const client::tail_event& item) override {
    return into_.add(item.json) ? client::tail_step::go_on : client::tail_step::stop;
  }

  void on_subscribed(std::string_view position, bool resumed) override {
    into_.before_saying();
    tail_news::on_subscribed(position, resumed);
  }

  void on_gap(std::string_view from, std::string_view to) override {
    into_.before_saying();
    tail_news::on_gap(from, to);
  }

  void on_disconnected(const failure& why, std::chrono::milliseconds retry_in) override {
    into_.before_saying();
    tail_news::on_disconnected(why, retry_in);
  }

 private:
  recorder& into_;
};

result<void> record_stored(const record_options& options, recorder& into, session& here) {
  auto wanted = select_stored(options.stream, here);
  if (!wanted) return wanted.error();
  wanted->until = parse_moment(options.until);
  return visit_stored(*wanted, here, [&](const std::string& event) { return into.add(event); });
}

result<void> record_tail(const record_options& options, recorder& into, session& here) {
  const auto tail = make_tail(options.stream, here);
  if (!tail) return tail.error();
  recording_tail handler{here, into};
  return here.client().tail(*tail, handler);
}

/// What came until an interrupt is a recording too; a failure leaves no file.
exit_code record(const record_options& options, session& here) {
  const output_watch watch{here.stop()};
  recorder into{options, here};
  const bool stored = options.until_end || !options.until.empty();
  const auto ended = stored ? record_stored(options, into, here) : record_tail(options, into, here);
  if (!ended) {
    into.before_saying();
    return here.fail(ended.error());
  }
  into.finish();
  return exit_code::done;
}

}  // namespace

void add_events_record(CLI::App& parent, command_action& chosen) {
  const auto options = std::make_shared<record_options>();
  auto& stream = options->stream;
  auto* command = parent.add_subcommand("record", "Write events, with the times of their receipt, for events play");
  command->add_option("--topic", stream.patterns, "Of topics that match; may be repeated. By default all")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  command->add_option("--filter", stream.filter, "That pass: JSON, @FILE, or - for standard input")->type_name("JSON");
  command->add_option("--since", stream.since, "Begin with the events since a time, or so long ago (5m)")
      ->type_name("TIME")
      ->check(moment_value());
  command
      ->add_option("--until", options->until, "End with what is stored and was received before a time, or so long ago")
      ->type_name("TIME")
      ->check(moment_value());
  command->add_flag("--until-end", options->until_end, "End with the last event that is stored now");
  command->add_option("--count", stream.count, "End after so many events")->type_name("N")->check(positive_number());
  command->add_option("-f,--file", options->file, "Where to write; by default, and with -, standard output")
      ->type_name("FILE");
  command->callback([options, &chosen] {
    if (options->stream.patterns.empty()) options->stream.patterns = {"#"};
    if (names_standard_output(options->file)) options->file.clear();
    chosen = [options](session& here) { return record(*options, here); };
  });
}

}  // namespace eventmgr::evctl
