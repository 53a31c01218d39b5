#pragma once

#include "broker/delivery/matching.hpp"
#include "ports/document_reader.hpp"
#include "ports/event_store.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace eventmgr {

/// Which events a replay is of, and for which of its subscriptions. Immutable; thread-safe.
class replay_selection {
 public:
  /// `topics` empty: the events of any of the subscriptions' topics.
  replay_selection(event_store& store, const document_reader& documents, std::vector<topic_pattern> topics,
                   event_filter filter, std::vector<matching_history::rule_ptr> rules);

  struct found {
    std::shared_ptr<const event> record{};
    std::shared_ptr<const std::string> json{};  ///< null unless `replay_pages` has encoded it
    std::vector<bool> takers{};                 ///< by subscription; at least one is true
  };
  struct page {
    std::vector<found> events{};
    offset scanned_through{};
  };

  /// The events of a stretch of the log. Throws `error`. Not on the core's thread.
  page read(partition_id partition, offset after, offset through, std::uint32_t max_events) const;

  std::size_t subscriptions() const noexcept { return rules_.size(); }

 private:
  event_store& store_;
  const document_reader& documents_;
  std::vector<topic_pattern> topics_;
  const event_filter filter_;
  const std::vector<matching_history::rule_ptr> rules_;
};

}  // namespace eventmgr
