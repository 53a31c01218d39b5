#include "trace_view.hpp"

#include "explanation_view.hpp"
#include "json_text.hpp"
#include "terminal.hpp"
#include "verdict_style.hpp"

#include <eventmgr/time.hpp>

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::evctl {
namespace {

constexpr std::size_t time_width = 10;
constexpr std::size_t short_id = 8;

std::string text_at(std::string_view json, std::string_view pointer) {
  return printable(member_text(json, pointer).value_or(""));
}

/// "+850 ms", "+12.3 s", "+4m12s", "+3h05m".
std::string span_text(std::chrono::milliseconds span) {
  using namespace std::chrono;
  const auto count = std::abs(span.count());
  const std::string sign = span.count() < 0 ? "-" : "+";
  const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  if (count < 1000) return sign + std::to_string(count) + " ms";
  if (count < 60'000) return sign + std::to_string(count / 1000) + "." + std::to_string(count % 1000 / 100) + " s";
  if (count < 3'600'000) return sign + std::to_string(count / 60'000) + "m" + two(count / 1000 % 60) + "s";
  return sign + std::to_string(count / 3'600'000) + "h" + two(count / 60'000 % 60) + "m";
}

std::chrono::milliseconds milliseconds_at(std::string_view json, std::string_view pointer) {
  const auto text = member_text(json, pointer).value_or("0");
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return std::chrono::milliseconds{value};
}

/// " (replay)", unless it was an attempt of the subscription itself.
std::string origin_words(std::string_view attempt) {
  const auto origin = text_at(attempt, "/origin");
  return origin.empty() || origin == "live" ? "" : " (" + origin + ")";
}

/// One line, cut to the terminal's width if it goes to one. Colours are added after that.
class line_writer {
 public:
  explicit line_writer(printer& out)
      : out_{out}, room_{is_terminal(STDOUT_FILENO) ? terminal_width() : std::numeric_limits<std::size_t>::max()} {}

  line_writer& add(std::string_view text, style look = style::plain) {
    const auto shown = display_width(text) > room_ ? shorten(text, room_) : std::string{text};
    room_ -= std::min(room_, display_width(shown));
    line_ += shown.empty() ? "" : out_.paint(shown, look);
    return *this;
  }
  line_writer& add_right(std::string_view text, std::size_t width, style look = style::plain) {
    return add(std::string(width - std::min(width, display_width(text)), ' ') + std::string{text}, look);
  }
  void end() { out_.line(line_); }

 private:
  printer& out_;
  std::size_t room_;
  std::string line_{};
};

/// Draws the events of one trace.
class tree_view {
 public:
  tree_view(std::string_view trace, printer& out)
      : out_{out}, events_{element_texts(trace, "/events")}, limits_{element_texts(trace, "/limits")} {
    const auto entries = element_texts(trace, "/timeline");
    if (entries.empty()) return;
    start_ = text_at(entries.front(), "/at");
    // The last one may be without a time.
    for (const auto& entry : entries) span_ = std::max(span_, milliseconds_at(entry, "/sinceStartMs"));
  }

  void show() {
    line_writer{out_}
        .add(start_, style::strong)
        .add("  " + std::to_string(events_.size()) + (events_.size() == 1 ? " event" : " events") + " in " +
             span_text(span_).substr(1))
        .end();
    for (const auto& event : events_) show_event(event);
    for (const auto& limit : limits_) out_.line(out_.paint("not shown: " + printable(limit), style::yellow));
  }

 private:
  std::string since_start(const std::string& at) const {
    const auto begin = parse_rfc3339(start_);
    const auto then = parse_rfc3339(at);
    return begin && then ? span_text(*then - *begin) : std::string{};
  }

  void show_event(const std::string& event) {
    const auto relation = text_at(event, "/relation");
    const auto depth = static_cast<std::size_t>(milliseconds_at(event, "/depth").count());
    const std::string indent(2 * depth, ' ');
    line_writer line{out_};
    line.add_right(since_start(text_at(event, "/receivedAt")), time_width, style::faint)
        .add("  " + indent + (depth > 0 ? "└ " : ""))
        .add(text_at(event, "/topic"), relation == "self" ? style::strong : style::cyan)
        .add("  " + text_at(event, "/id").substr(0, relation == "self" ? std::string::npos : short_id), style::faint);
    if (member_text(event, "/sinceCauseMs")) {
      line.add("  " + span_text(milliseconds_at(event, "/sinceCauseMs")).substr(1) + " after its cause", style::faint);
    }
    line.end();
    if (!member_text(event, "/deliveries")) {
      line_writer{out_}
          .add(std::string(time_width, ' ') + "  " + indent + "    deliveries not shown", style::faint)
          .end();
    }
    for (const auto& delivery : element_texts(event, "/deliveries")) {
      show_delivery(delivery, text_at(event, "/receivedAt"), indent);
    }
  }

  void show_delivery(const std::string& delivery, const std::string& received, const std::string& indent) {
    const auto state = text_at(delivery, "/outcome/state");
    line_writer line{out_};
    line.add(std::string(time_width, ' ') + "  " + indent + "    " + text_at(delivery, "/name") + "  ")
        .add(state, style_of_state(state));
    const auto begin = parse_rfc3339(received);
    const auto add_success = [&](const std::optional<time_point>& at, std::chrono::milliseconds took,
                                 std::string_view how) {
      line.add((begin && at ? "  " + span_text(*at - *begin) : "  ") + " ok in " + span_text(took).substr(1) +
                   std::string{how},
               style::green);
    };
    // A success that is remembered, not logged, stands among the others where it came.
    const bool remembered = member_text(delivery, "/outcome/acknowledgement/logged") == "false";
    const auto took = milliseconds_at(delivery, "/outcome/acknowledgement/durationMs");
    auto first = remembered ? parse_rfc3339(text_at(delivery, "/outcome/acknowledgedAt")) : std::nullopt;
    if (first) *first -= took;
    for (const auto& attempt : element_texts(delivery, "/log")) {
      const auto at = parse_rfc3339(text_at(attempt, "/at"));
      if (first && at && *first <= *at) add_success(std::exchange(first, std::nullopt), took, "");
      if (const auto error = text_at(attempt, "/error"); !error.empty()) {
        line.add((begin && at ? "  " + span_text(*at - *begin) : "  ") + " " + error + origin_words(attempt));
      } else {
        add_success(at, milliseconds_at(attempt, "/durationMs"), origin_words(attempt));
      }
    }
    if (first) add_success(first, took, "");
    if (const auto why = text_at(delivery, "/outcome/timeNotKept"); !why.empty()) {
      line.add("  time not kept: " + why, style::faint);
    }
    const auto letter = text_at(delivery, "/outcome/deadLetter/id");
    if (!letter.empty()) {
      line.add("  dead letter " + letter + " (" + text_at(delivery, "/outcome/deadLetter/state") + ")");
    }
    // Of the others the attempts tell.
    for (const auto& note : element_texts(delivery, "/outcome/redeliveries")) {
      if (text_at(note, "/outcome") == "pending") line.add("  " + redelivery_words(note), style::yellow);
    }
    if (const auto due = text_at(delivery, "/outcome/due"); !due.empty()) line.add("  next at " + due);
    if (const auto detail = text_at(delivery, "/outcome/detail"); !detail.empty()) line.add("  " + detail);
    line.end();
  }

  printer& out_;
  const std::vector<std::string> events_;
  const std::vector<std::string> limits_;
  std::string start_{};
  std::chrono::milliseconds span_{0};
};

/// "; time not kept: ...", where that is so.
std::string time_note(std::string_view entry) {
  const auto why = text_at(entry, "/timeNotKept");
  return why.empty() ? "" : "; time not kept: " + why;
}

}  // namespace

std::string entry_words(std::string_view entry) {
  const auto kind = text_at(entry, "/kind");
  if (kind == "received") return "received";
  const auto name = text_at(entry, "/name");
  const auto attempt = text_at(entry, "/attempt");
  const auto error = text_at(entry, "/error");
  if (kind == "delivered") {
    if (attempt.empty()) return name + ": delivered" + time_note(entry);
    return name + ": delivered by attempt " + attempt + " in " +
           span_text(milliseconds_at(entry, "/durationMs")).substr(1);
  }
  if (kind == "discarded") return name + ": dead letter discarded" + time_note(entry);
  if (kind == "deadLetter") return name + ": dead letter: " + error;
  if (kind == "requeue" || kind == "replay") return name + ": " + redelivery_words(entry) + time_note(entry);
  if (kind != "attempt") return name + ": " + kind;
  return name + ": attempt " + attempt + origin_words(entry) + ": " + (error.empty() ? "ok" : error);
}

void show_trace_tree(std::string_view trace, printer& out) { tree_view{trace, out}.show(); }

void show_trace_timeline(std::string_view trace, printer& out) {
  std::map<std::string, std::string> topics;
  for (const auto& event : element_texts(trace, "/events")) topics[text_at(event, "/id")] = text_at(event, "/topic");
  for (const auto& entry : element_texts(trace, "/timeline")) {
    const auto id = text_at(entry, "/eventId");
    const bool has_time = member_text(entry, "/sinceStartMs").has_value();
    const bool has_latency = member_text(entry, "/latencyMs").has_value();
    line_writer line{out};
    line.add_right(has_time ? span_text(milliseconds_at(entry, "/sinceStartMs")) : "", time_width, style::faint)
        .add_right(has_latency ? span_text(milliseconds_at(entry, "/latencyMs")).substr(1) : "", time_width)
        .add("  ")
        .add(topics[id], style::cyan)
        .add("  " + id.substr(0, short_id), style::faint)
        .add("  " + entry_words(entry));
    line.end();
  }
  for (const auto& limit : element_texts(trace, "/limits")) {
    out.line(out.paint("not shown: " + printable(limit), style::yellow));
  }
}

}  // namespace eventmgr::evctl
