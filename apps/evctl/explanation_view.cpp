#include "explanation_view.hpp"

#include "json_text.hpp"
#include "terminal.hpp"
#include "verdict_style.hpp"

#include <algorithm>
#include <vector>

namespace eventmgr::evctl {
namespace {

constexpr std::size_t stage_width = 10;   // of "permission"
constexpr std::size_t verdict_width = 7;  // of "refused"
constexpr std::size_t least_name_width = 12;

std::string text_at(std::string_view json, std::string_view pointer) {
  return printable(member_text(json, pointer).value_or(""));
}

std::string filled(std::string text, std::size_t width) {
  text.append(width - std::min(width, display_width(text)), ' ');
  return text;
}

void add_words(std::string& to, const std::string& words) {
  if (words.empty()) return;
  if (!to.empty()) to += "; ";
  to += words;
}

/// The newest of them, and how many there are.
std::string redeliveries_words(const std::vector<std::string>& notes) {
  if (notes.empty()) return {};
  auto newest = redelivery_words(notes.back());
  if (notes.size() == 1) return newest;
  return std::to_string(notes.size()) + " requeues and replays, the last: " + newest;
}

}  // namespace

std::string redelivery_words(std::string_view note) {
  const bool is_replay = text_at(note, "/kind") == "replay";
  std::string words = is_replay ? "replay" : "requeue";
  const auto id = text_at(note, is_replay ? "/replayId" : "/planId");
  if (!id.empty()) words += (is_replay ? " " : " by plan ") + id;
  if (member_text(note, "/single") == "true") words += ", of it alone";
  if (member_text(note, "/edited") == "true") words += ", edited";
  const auto outcome = text_at(note, "/outcome");
  const auto error = text_at(note, "/error");
  const auto because = error.empty() ? "" : ": " + error;
  if (outcome == "pending") return words + ": not delivered yet" + because;
  if (outcome == "failed") return words + ": given up once more" + because;
  if (outcome == "ended") return words + ": ended before it was delivered" + because;
  return words + ": " + outcome;
}

std::string outcome_words(std::string_view outcome) {
  std::string words;
  const auto attempts = text_at(outcome, "/attempts");
  if (!attempts.empty() && attempts != "0") words = attempts + (attempts == "1" ? " attempt" : " attempts");
  if (const auto at = text_at(outcome, "/acknowledgedAt"); !at.empty()) {
    const auto took = text_at(outcome, "/acknowledgement/durationMs");
    add_words(words, "at " + at + (took.empty() ? "" : ", in " + took + " ms"));
  }
  if (const auto why = text_at(outcome, "/timeNotKept"); !why.empty()) add_words(words, "time not kept: " + why);
  if (const auto due = text_at(outcome, "/due"); !due.empty()) {
    add_words(words, (text_at(outcome, "/state") == "scheduled" ? "due at " : "next at ") + due);
  }
  if (const auto error = text_at(outcome, "/lastError"); !error.empty()) {
    add_words(words, (text_at(outcome, "/state") == "acknowledged" ? "before: " : "") + error);
  }
  if (const auto lane = text_at(outcome, "/lane"); !lane.empty()) {
    const auto before = text_at(outcome, "/before");
    add_words(words, "lane " + lane + (before.empty() ? "" : ", " + before + " before it"));
  }
  if (const auto key = text_at(outcome, "/heldBehind"); !key.empty()) add_words(words, "behind " + key);
  if (const auto letter = text_at(outcome, "/deadLetter/id"); !letter.empty()) {
    add_words(words, "dead letter " + letter + " (" + text_at(outcome, "/deadLetter/state") + ")");
  }
  add_words(words, redeliveries_words(element_texts(outcome, "/redeliveries")));
  add_words(words, text_at(outcome, "/detail"));
  return words;
}

void show_explanation(std::string_view subscription, bool brief, printer& out) {
  const auto outcome = member_text(subscription, "/outcome").value_or("{}");
  const auto state = text_at(outcome, "/state");
  const auto stages = element_texts(subscription, "/stages");
  std::string words = outcome_words(outcome);
  const bool only_refusals = brief && state == "unmatched";
  if (only_refusals) {
    for (const auto& stage : stages) {
      if (text_at(stage, "/verdict") != "refused") continue;
      add_words(words, text_at(stage, "/stage") + ": " + text_at(stage, "/detail"));
    }
  }
  out.line(out.paint(filled(text_at(subscription, "/name"), least_name_width), style::strong) + "  " +
           out.paint(state, style_of_state(state)) + (words.empty() ? "" : "  " + words));
  if (only_refusals) return;
  for (const auto& stage : stages) {
    const auto verdict = text_at(stage, "/verdict");
    out.line("  " + out.paint(filled(text_at(stage, "/stage"), stage_width), style::faint) + "  " +
             out.paint(filled(verdict, verdict_width), style_of_verdict(verdict)) + "  " + text_at(stage, "/detail"));
  }
}

}  // namespace eventmgr::evctl
