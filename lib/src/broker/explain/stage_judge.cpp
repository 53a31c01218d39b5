#include "broker/explain/stage_judge.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace eventmgr {

namespace {

explained_stage verdict(delivery_stage stage, bool passes, std::string detail) {
  return {
      .stage = stage, .verdict = passes ? stage_verdict::passed : stage_verdict::refused, .detail = std::move(detail)};
}

explained_stage judge_origin(const delivery_view& seen, const event& record) {
  constexpr auto stage = delivery_stage::origin;
  if (seen.rule->is_own_copy(record)) {
    return verdict(stage, false, "it is the copy of a dead letter that this subscription has published itself");
  }
  if (record.seq == offset{}) return verdict(stage, true, "it would come after the subscription began");
  const bool after = record.seq > seen.origin.after[record.partition.value];
  const std::string begin = seen.generation == 1 ? "the subscription began" : "its generation, a seek, began";
  return verdict(stage, after, (after ? "published after " : "published before ") + begin);
}

explained_stage judge_pattern(const matching_rule& rule, const event& record) {
  constexpr auto stage = delivery_stage::pattern;
  constexpr std::size_t most_named = 3;
  const auto matching =
      std::ranges::find_if(rule.topics, [&](const topic_pattern& pattern) { return pattern.matches(record.topic); });
  if (matching != rule.topics.end()) {
    return verdict(stage, true, matching->str() + " matches " + record.topic.str());
  }
  std::string named;
  for (std::size_t i = 0; i < std::min(most_named, rule.topics.size()); ++i) {
    named += (i == 0 ? "" : ", ") + rule.topics[i].str();
  }
  if (rule.topics.size() > most_named) named += " and " + std::to_string(rule.topics.size() - most_named) + " more";
  return verdict(stage, false,
                 named + (rule.topics.size() == 1 ? " does" : " do") + " not match " + record.topic.str());
}

/// Whether a CRITICAL event passes whatever else is asked.
bool always_passes(const matching_rule& rule, const event& record) {
  return rule.filter.clauses().critical_always && record.priority == priority::critical;
}

explained_stage judge_priority(const matching_rule& rule, const event& record) {
  constexpr auto stage = delivery_stage::priority;
  const std::string urgency{to_string(record.priority)};
  if (rule.priorities == priority_set::all()) return verdict(stage, true, "any, it is " + urgency);
  if (always_passes(rule, record)) return verdict(stage, true, "CRITICAL always passes");
  priority least = priority::low;
  while (!rule.priorities.has(least)) least = static_cast<priority>(static_cast<int>(least) - 1);
  return verdict(stage, rule.priorities.has(record.priority),
                 "at least " + std::string{to_string(least)}.append(", it is ") + urgency);
}

explained_stage judge_filter(const matching_rule& rule, const std::shared_ptr<const event>& record,
                             const document_reader& documents, const subscription_texts& texts) {
  constexpr auto stage = delivery_stage::filter;
  if (rule.filter.passes_everything()) return verdict(stage, true, "none");
  if (always_passes(rule, *record)) return verdict(stage, true, "CRITICAL always passes");
  const auto why = find_refusal(rule.filter, *record, *documents.open(record));
  if (!why) return verdict(stage, true, "every clause holds");
  auto text = texts.describe(rule.filter, *why);
  explained_stage refused = verdict(stage, false, text.clause);
  if (!text.path.empty()) refused.detail += " " + text.path;
  refused.detail += ": wanted " + text.wanted + ", " + (text.found.empty() ? "found nothing" : "found " + text.found);
  refused.clause = std::move(text.clause);
  refused.path = std::move(text.path);
  refused.wanted = std::move(text.wanted);
  refused.found = std::move(text.found);
  return refused;
}

/// By what became of it, where it has come to that: an event that was delivered in time may have expired since.
explained_stage judge_expiry(const event_delivery& delivery, const event& record, time_point now) {
  constexpr auto stage = delivery_stage::expiry;
  if (!record.expires_at) return verdict(stage, true, "never");
  const std::string at = format_rfc3339(*record.expires_at);
  switch (delivery.state) {
    case delivery_fate::expired:
      return verdict(stage, false, "expired at " + at);
    case delivery_fate::acknowledged:
    case delivery_fate::in_flight:
    case delivery_fate::dead_letter:
    case delivery_fate::skipped:
    case delivery_fate::settled:
      return verdict(stage, true, "expires at " + at);
    default:
      return *record.expires_at <= now ? verdict(stage, false, "expired at " + at)
                                       : verdict(stage, true, "expires at " + at);
  }
}

}  // namespace

stage_findings judge_stages(const delivery_view& seen, const std::shared_ptr<const event>& record,
                            const document_reader& documents, const subscription_texts& texts, time_point now) {
  stage_findings found;
  found.stages = {judge_origin(seen, *record), judge_pattern(*seen.rule, *record), judge_priority(*seen.rule, *record),
                  judge_filter(*seen.rule, record, documents, texts)};
  found.matches =
      std::ranges::all_of(found.stages, [](const auto& each) { return each.verdict == stage_verdict::passed; });
  found.stages.push_back(verdict(delivery_stage::permission, true, "no access control is configured"));
  found.stages.push_back(judge_expiry(seen.now, *record, now));
  return found;
}

}  // namespace eventmgr
