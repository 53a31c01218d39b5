#pragma once

#include "broker/delivery/dead_letter_copy.hpp"
#include "broker/tail_ring.hpp"
#include "core/filter/event_filter.hpp"
#include "core/priority_set.hpp"
#include "ports/document_reader.hpp"

#include <eventmgr/position.hpp>
#include <eventmgr/topic.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace eventmgr {

/// What decides which events a subscription gets. Immutable; thread-safe.
struct matching_rule {
  std::vector<topic_pattern> topics{};
  event_filter filter{};
  priority_set priorities{priority_set::all()};
  /// Whose rule it is: that subscription never gets the copies that it has sent to its dead letter topic.
  std::optional<subscription_id> owner{};

  bool is_own_copy(const event& record) const { return owner && sender_of_copy(record) == owner; }

  bool on_topic(const topic_name& topic) const noexcept {
    return std::ranges::any_of(topics, [&](const topic_pattern& pattern) { return pattern.matches(topic); });
  }

  /// Of an event on one of the topics. `open` gives its document, and is asked only where that can change the answer.
  template <class Open>
  bool passes(const event& record, Open open) const {
    if (is_own_copy(record)) return false;
    if (filter.clauses().critical_always && record.priority == priority::critical) return true;
    if (!priorities.has(record.priority)) return false;
    const auto verdict = filter.judge(record);
    if (verdict != event_filter::verdict::look_inside) return verdict == event_filter::verdict::pass;
    return filter.passes(open());
  }
};

/// The rules of a subscription by the place from which each holds: what was published under an older rule is judged by
/// that one, however late it is looked at.
class matching_history {
 public:
  using rule_ptr = std::shared_ptr<const matching_rule>;

  /// `from` is exclusive, and not before that of the rules already there.
  void add(position from, rule_ptr rule) { rules_.push_back({std::move(from), std::move(rule)}); }

  const rule_ptr& newest() const { return rules_.back().rule; }

  /// The place after which the first of them holds.
  const position& origin() const { return rules_.front().from; }

  /// The rule for an event.
  const rule_ptr& at(partition_id partition, offset seq) const {
    for (std::size_t i = rules_.size() - 1; i > 0; --i) {
      if (seq > rules_[i].from.after[partition.value]) return rules_[i].rule;
    }
    return rules_.front().rule;
  }

  /// The last offset for which the rule at `seq` holds.
  offset end_of(partition_id partition, offset seq) const {
    for (std::size_t i = 1; i < rules_.size(); ++i) {
      if (seq <= rules_[i].from.after[partition.value]) return rules_[i].from.after[partition.value];
    }
    return {UINT64_MAX};
  }

  /// The patterns of every rule: all topics from which events may still come.
  std::vector<topic_pattern> topics() const {
    std::vector<topic_pattern> all;
    for (const entry& each : rules_) all.insert(all.end(), each.rule->topics.begin(), each.rule->topics.end());
    return all;
  }

 private:
  struct entry {
    position from{};
    rule_ptr rule{};
  };

  std::vector<entry> rules_;
};

}  // namespace eventmgr
