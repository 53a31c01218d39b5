#pragma once

#include "broker/delivery/matching.hpp"
#include "ports/store_snapshot.hpp"
#include "ports/subscription_texts.hpp"

#include <eventmgr/proof.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr {

/// A subscription under proof: says again which events it matched, by what is written down of it.
class proven_subscription {
 public:
  static constexpr std::size_t lanes = 4;

  proven_subscription(const subscription_state& kept, const subscription_texts& texts, std::size_t partitions);

  /// Why it cannot be said what it matched; empty when it can.
  const std::string& fault() const noexcept { return fault_; }

  const std::string& name() const noexcept { return summary_.name; }
  std::uint32_t generation() const noexcept { return summary_.generation; }

  /// Everything up to here in that lane has an outcome or an exception. 0 for a lane that it does not have.
  offset floor_of(partition_id partition, priority lane) const noexcept;

  /// Whether that lane must have a floor, and has none.
  bool lacks_floor(partition_id partition, priority lane) const noexcept;

  /// Whether events on the topic match under any of its rules.
  bool may_match(const topic_name& topic) const noexcept;

  /// Counts the event if it matched and the floor of its lane has passed it. `open` gives its document.
  template <class Open>
  void judge(const event& record, Open open) {
    if (record.seq > floor_of(record.partition, ordered_ ? priority::critical : record.priority)) return;
    if (record.seq <= origin_.after[record.partition.value]) return;
    const matching_rule& rule = *rules_.at(record.partition, record.seq);
    if (rule.on_topic(record.topic) && rule.passes(record, open)) ++matched_;
  }

  /// What was counted since it was last asked.
  std::uint64_t take_matched() noexcept { return std::exchange(matched_, 0); }

  /// For the report.
  void add(const ledger_record& row) noexcept;
  void add_exception() noexcept { ++summary_.exceptions; }
  const proof_report::subscription_summary& summary() const noexcept { return summary_; }

 private:
  std::string read(const subscription_state& kept, const subscription_texts& texts, std::size_t partitions);

  proof_report::subscription_summary summary_;
  std::vector<std::array<std::optional<offset>, lanes>> floors_;  ///< by partition
  std::size_t lanes_with_floors_{0};                              ///< in each partition
  matching_history rules_;
  std::vector<topic_pattern> topics_;
  position origin_;  ///< its generation begins after it
  bool ordered_{false};
  std::uint64_t matched_{0};
  std::string fault_;
};

}  // namespace eventmgr
