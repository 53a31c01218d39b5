#pragma once

#include "ports/delivery_records.hpp"
#include "store/common/delivery_cursors.hpp"

#include <map>
#include <optional>
#include <vector>

namespace eventmgr {

class memory_log;

/// The dead letters of a memory store. Not thread-safe.
class memory_dead_letters {
 public:
  /// Adds one, or replaces that of the same subscription and event, whose id it keeps.
  void put(dead_letter_record record);

  /// Makes it `delivered`, if there is one.
  void redeem(const delivery_key& key);

  const std::map<delivery_key, dead_letter_record>& all() const noexcept { return by_key_; }

  /// Null when there is none.
  const dead_letter_record* find(dead_letter_id id) const;

  /// Those that match the query, the newest first. `named` is the subscription that has the query's name now, if any.
  std::vector<dead_letter_record> select(const dead_letter_query& query, std::optional<subscription_id> named,
                                         const memory_log& events) const;

 private:
  std::map<delivery_key, dead_letter_record> by_key_;
};

}  // namespace eventmgr
