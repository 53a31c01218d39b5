#pragma once

#include "ports/delivery_records.hpp"
#include "store/sqlite/statement.hpp"

#include <cstdint>

namespace eventmgr::sqlite {

class connection;

/// Writes how far subscriptions have come: floors, counts and exceptions. The first argument is the subscription's key.
/// Used inside a transaction. Members throw `sqlite_failure`. Not thread-safe.
class delivery_writer {
 public:
  explicit delivery_writer(connection& writer);

  void put(std::int64_t subscription, const floor_record& record);
  void add(std::int64_t subscription, const ledger_record& more);
  void put(std::int64_t subscription, const exception_record& record);
  void settle(std::int64_t subscription, offset seq);

 private:
  statement put_floor_;
  statement add_counts_;
  statement put_exception_;
  statement settle_;
};

}  // namespace eventmgr::sqlite
