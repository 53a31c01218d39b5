#pragma once

#include "ports/delivery_records.hpp"
#include "store/sqlite/statement.hpp"

namespace eventmgr::sqlite {

class connection;

/// Writes dead letters. Used inside a transaction. Members throw `sqlite_failure`. Not thread-safe.
class dead_letter_writer {
 public:
  explicit dead_letter_writer(connection& writer);

  /// Adds one, or replaces that of the same subscription and event, as `store_changes::dead_letters` says.
  void put(const dead_letter_record& record);

  /// Makes it `delivered`, if there is one that is open.
  void redeem(const delivery_key& key);

  /// Makes it `discarded`, if there is one that is open.
  void discard(dead_letter_id id);

 private:
  statement put_;
  statement redeem_;
  statement discard_;
};

}  // namespace eventmgr::sqlite
