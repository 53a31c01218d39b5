#pragma once

#include "store/sqlite/attempt_writer.hpp"
#include "store/sqlite/dead_letter_writer.hpp"
#include "store/sqlite/delivery_writer.hpp"
#include "store/sqlite/redelivery_writer.hpp"
#include "store/sqlite/subscription_writer.hpp"

namespace eventmgr::sqlite {

/// Makes the changes of a commit to the state of delivery. Used inside a transaction. Members throw `sqlite_failure`.
/// Not thread-safe.
class changes_writer {
 public:
  explicit changes_writer(connection& writer);

  /// All but `fired`.
  void apply(const store_changes& changes);

  /// After a rollback.
  void forget() noexcept;

 private:
  subscription_writer subscriptions_;
  delivery_writer deliveries_;
  attempt_writer attempts_;
  dead_letter_writer dead_letters_;
  redelivery_writer redeliveries_;
};

}  // namespace eventmgr::sqlite
