#include "broker/delivery/redelivery/replay_selection.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr {

namespace {

constexpr std::uint64_t page_bytes = 1ULL << 20U;

}  // namespace

replay_selection::replay_selection(event_store& store, const document_reader& documents,
                                   std::vector<topic_pattern> topics, event_filter filter,
                                   std::vector<matching_history::rule_ptr> rules)
    : store_{store},
      documents_{documents},
      topics_{std::move(topics)},
      filter_{std::move(filter)},
      rules_{std::move(rules)} {
  if (!topics_.empty()) return;
  for (const auto& rule : rules_) topics_.insert(topics_.end(), rule->topics.begin(), rule->topics.end());
}

replay_selection::page replay_selection::read(partition_id partition, offset after, offset through,
                                              std::uint32_t max_events) const {
  const log_page stored = store_.read_log({.partition = partition,
                                           .after = after,
                                           .through = through,
                                           .topics = topics_,
                                           .max_events = max_events,
                                           .max_bytes = page_bytes});
  page made{.scanned_through = stored.scanned_through};
  for (const auto& record : stored.events) {
    std::unique_ptr<const event_document> document;
    const auto open = [&]() -> const event_document& {
      if (!document) document = documents_.open(record);
      return *document;
    };
    const auto first = filter_.judge(*record);
    if (first == event_filter::verdict::refuse) continue;
    if (first == event_filter::verdict::look_inside && !filter_.passes(open())) continue;
    found one{.record = record, .takers = std::vector<bool>(rules_.size())};
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      one.takers[i] = rules_[i]->on_topic(record->topic) && rules_[i]->passes(*record, open);
    }
    if (std::ranges::find(one.takers, true) != one.takers.end()) made.events.push_back(std::move(one));
  }
  return made;
}

}  // namespace eventmgr
