#pragma once

#include "broker/delivery/matching.hpp"
#include "ports/document_reader.hpp"
#include "ports/event_store.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
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
    std::shared_ptr<const std::string> json{};  ///< null until a reader has encoded it
    std::vector<bool> takers{};                 ///< by subscription
  };
  struct page {
    std::vector<found> events{};
    offset scanned_through{};
  };

  /// The events of a stretch of the log that at least one of the subscriptions takes. Of the takers only the one at
  /// `only` is told where that is given, which spares most of the others' rules. Throws `error`. Not on the core's
  /// thread.
  page read(partition_id partition, offset after, offset through, std::uint32_t max_events,
            std::optional<std::size_t> only = std::nullopt) const;

  std::size_t subscriptions() const noexcept { return rules_.size(); }

 private:
  event_store& store_;
  const document_reader& documents_;
  std::vector<topic_pattern> topics_;
  const event_filter filter_;
  const std::vector<matching_history::rule_ptr> rules_;
};

}  // namespace eventmgr
