#pragma once

#include "ports/store_snapshot.hpp"

#include <memory>
#include <vector>

namespace eventmgr {

/// What a snapshot of a memory store gives out: copies, made under the store's lock.
struct memory_snapshot_rows {
  std::vector<std::vector<std::shared_ptr<const event>>> logs{};  ///< by partition, each in the order of its offsets
  std::vector<store_snapshot::id_entry> ids{};
  std::vector<subscription_state> subscriptions{};
  std::vector<ledger_record> ledger{};  ///< of the subscriptions' present generations
  std::vector<exception_record> exceptions{};
  std::vector<dead_letter_record> dead_letters{};
  std::vector<dead_letter_total> totals{};
};

std::unique_ptr<store_snapshot> make_memory_snapshot(memory_snapshot_rows rows);

}  // namespace eventmgr
