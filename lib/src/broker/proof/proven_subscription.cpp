#include "broker/proof/proven_subscription.hpp"

#include "broker/delivery/rule_reader.hpp"

#include <algorithm>

namespace eventmgr {

proven_subscription::proven_subscription(const subscription_state& kept, const subscription_texts& texts,
                                         std::size_t partitions)
    : floors_(partitions) {
  summary_.id = kept.record.id;
  summary_.name = kept.record.name;
  summary_.generation = kept.record.generation;
  fault_ = read(kept, texts, partitions);
}

std::string proven_subscription::read(const subscription_state& kept, const subscription_texts& texts,
                                      std::size_t partitions) {
  const auto definition = texts.load(kept.record.definition);
  if (!definition) return "its definition cannot be read: " + definition.error().message;
  ordered_ = definition->options.ordering != delivery_ordering::priority;
  for (const floor_record& row : kept.floors) {
    const auto lane = static_cast<std::size_t>(row.lane);
    if (row.partition.value >= partitions || lane >= lanes) return "a floor is of a lane that there is not";
    floors_[row.partition.value][lane] = row.floor;
  }
  lanes_with_floors_ = ordered_ ? 1 : lanes;
  std::uint64_t expected = kept.earlier_revision + 1;
  for (const revision_record& row : kept.revisions) {
    if (row.revision != expected) break;
    ++expected;
    const std::string which = "revision " + std::to_string(row.revision);
    if (row.from.after.size() != partitions) return which + " does not say from where on it holds";
    auto rule = read_rule(texts, row.matching, row.subscription);
    if (!rule) return which + " cannot be read: " + rule.error().message;
    rules_.add(row.from, std::move(*rule));
  }
  if (expected == kept.earlier_revision + 1 || expected <= kept.record.revision) {
    return "its revision " + std::to_string(expected) + " is missing";
  }
  if (expected <= kept.revisions.back().revision) {
    return "it has a revision " + std::to_string(kept.revisions.back().revision) + ", the newest is " +
           std::to_string(kept.record.revision);
  }
  topics_ = rules_.topics();
  origin_ = kept.revisions.front().from;
  return {};
}

offset proven_subscription::floor_of(partition_id partition, priority lane) const noexcept {
  const auto index = static_cast<std::size_t>(lane);
  return index < lanes ? floors_[partition.value][index].value_or(offset{}) : offset{};
}

bool proven_subscription::lacks_floor(partition_id partition, priority lane) const noexcept {
  const auto index = static_cast<std::size_t>(lane);
  return index < lanes_with_floors_ && !floors_[partition.value][index];
}

bool proven_subscription::may_match(const topic_name& topic) const noexcept {
  return fault_.empty() &&
         std::ranges::any_of(topics_, [&](const topic_pattern& pattern) { return pattern.matches(topic); });
}

void proven_subscription::add(const ledger_record& row) noexcept {
  summary_.matched += row.matched;
  summary_.acknowledged += row.acknowledged;
  summary_.expired += row.expired;
  summary_.dead += row.dead;
  summary_.skipped += row.skipped;
}

}  // namespace eventmgr
