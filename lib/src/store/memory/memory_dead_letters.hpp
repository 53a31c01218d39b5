#pragma once

#include "ports/delivery_records.hpp"
#include "store/common/delivery_cursors.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace eventmgr {

class memory_log;

/// The dead letters of a memory store. Not thread-safe.
class memory_dead_letters {
 public:
  /// Adds one, or replaces that of the same subscription and event, as `store_changes::dead_letters` says.
  void put(dead_letter_record record);

  /// Makes it `delivered`, if there is one that is open.
  void redeem(const delivery_key& key);

  /// Makes it `discarded`, if there is one that is open.
  void discard(dead_letter_id id);

  const std::map<delivery_key, dead_letter_record>& all() const noexcept { return by_key_; }

  /// How many were added, of each subscription.
  const std::map<subscription_id, std::uint64_t>& totals() const noexcept { return totals_; }

  /// Null when there is none.
  const dead_letter_record* find(dead_letter_id id) const;

  /// All of one event, by subscription.
  std::vector<dead_letter_record> of(partition_id partition, offset seq) const;

  /// Those that match the query, in its order. `named` is the subscription that has the query's name now, if any.
  std::vector<dead_letter_record> select(const dead_letter_query& query, std::optional<subscription_id> named,
                                         const memory_log& events) const;

  /// Whether `a` comes before `b` in a query's order.
  static bool comes_before(const dead_letter_query& query, const dead_letter_place& a, const dead_letter_place& b) {
    return query.oldest_first ? a < b : a > b;
  }

 private:
  std::map<delivery_key, dead_letter_record> by_key_;
  std::map<subscription_id, std::uint64_t> totals_;
};

}  // namespace eventmgr
