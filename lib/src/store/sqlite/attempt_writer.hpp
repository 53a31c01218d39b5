#pragma once

#include "ports/delivery_records.hpp"
#include "store/sqlite/statement.hpp"

#include <cstdint>
#include <unordered_map>

namespace eventmgr::sqlite {

class connection;

/// Writes attempts, and takes old ones away in small steps: see `attempt_retention.hpp`. Used inside a transaction.
/// Members throw `sqlite_failure`. Not thread-safe.
class attempt_writer {
 public:
  explicit attempt_writer(connection& writer);

  /// `subscription` is the key of the attempt's subscription.
  void add(std::int64_t subscription, const attempt_record& record);

  /// After a rollback, and where a subscription was removed.
  void forget() noexcept { lists_.clear(); }

 private:
  /// The attempts of one subscription.
  struct list {
    std::int64_t newest{0};          ///< the largest number given
    std::int64_t looked_through{0};  ///< numbers to here have been looked at on this round
    std::uint64_t unswept{0};        ///< added since the last sweep
  };

  list& list_of(std::int64_t subscription);
  void sweep(std::int64_t subscription, subscription_id id, list& of);

  statement newest_;
  statement insert_;
  statement step_end_;
  statement remove_loose_;
  std::unordered_map<std::int64_t, list> lists_;
};

}  // namespace eventmgr::sqlite
