#pragma once

#include "ports/delivery_records.hpp"
#include "store/sqlite/statement.hpp"

#include <array>
#include <cstdint>
#include <unordered_map>

namespace eventmgr::sqlite {

class connection;

/// Writes the rows of subscriptions and of their revisions, and knows the keys that stand for them in other rows. Used
/// inside a transaction. Members throw `sqlite_failure`. Not thread-safe.
class subscription_writer {
 public:
  explicit subscription_writer(connection& writer);

  /// The key of a subscription; 0 if there is none.
  std::int64_t key_of(subscription_id id);

  void put(const subscription_record& record);
  void put(const revision_record& record);

  /// With everything that hangs on its key.
  void remove(subscription_id id);

  /// Only its floors and exceptions go.
  void restart(subscription_id id);

  /// After a rollback: keys that were made are gone.
  void forget() noexcept { keys_.clear(); }

 private:
  statement find_key_;
  statement put_subscription_;
  statement put_revision_;
  std::array<statement, 2> restart_;
  std::array<statement, 4> remove_rest_;
  std::unordered_map<subscription_id, std::int64_t> keys_;
};

}  // namespace eventmgr::sqlite
