#pragma once

#include "ports/delivery_records.hpp"

#include <eventmgr/event.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace eventmgr {

/// What a store says of a partition, apart from the rows that are there.
struct partition_claim {
  offset head{};            ///< the newest offset that it remembers having given out
  std::uint64_t pruned{0};  ///< events that retention has taken
};

/// A durable subscription as one moment saw it.
struct subscription_state {
  subscription_record record{};
  std::vector<revision_record> revisions{};  ///< every one of its generation, ascending
  std::uint64_t earlier_revision{0};         ///< the newest of its earlier generations; 0 where there is none
  std::vector<floor_record> floors{};        ///< of its lanes, in any order
};

/// How many dead letters of one subscription there must be.
struct dead_letter_total {
  subscription_id subscription{};
  std::uint64_t kept{0};

  friend bool operator==(const dead_letter_total&, const dead_letter_total&) = default;
};

/// Offsets of one partition, both ends included.
struct offset_span {
  partition_id partition{};
  offset first{};
  offset last{UINT64_MAX};
};

/// Blocks of the ledger of one partition, both ends included.
struct block_span {
  partition_id partition{};
  std::uint64_t first{0};
  std::uint64_t last{UINT64_MAX};
};

/// Everything that a store holds, as of one moment, read without trusting what the store counts by the way. Its memory
/// does not grow with the store, but for subscriptions.
///
/// Used by one thread; it must not outlive its store. While a snapshot lives the store cannot reuse the room of what
/// was written since. Every call throws `error` with `store_unavailable` where the store cannot be read. What a visitor
/// throws comes out of the call.
class store_snapshot {
 public:
  template <class T>
  using visitor = std::function<void(const T&)>;

  virtual ~store_snapshot() = default;

  /// What is wrong with how the store is built, a sentence each: an index that is missing.
  virtual std::vector<std::string> faults() = 0;

  /// Which tables have rows of subscriptions that are not there, a sentence each. A subscription that is deleted leaves
  /// dead letters, and nothing else.
  virtual std::vector<std::string> orphans() = 0;

  /// By number.
  virtual std::vector<partition_claim> partitions() = 0;

  /// The rows after an offset, in the order of their offsets, about a thousand of them or a few megabytes. None: there
  /// are no more.
  virtual std::vector<std::shared_ptr<const event>> read_log(partition_id partition, offset after) = 0;

  struct id_entry {
    event_id id{};
    partition_id partition{};
    offset seq{};
  };
  /// What the index of event ids holds, in the order of the ids.
  virtual void visit_ids(const visitor<id_entry>& visit) = 0;

  virtual std::vector<subscription_state> subscriptions() = 0;

  /// Of every subscription that ever gave an event up, also of those that were deleted: all of its dead letters, of
  /// every generation, but for those that retention has taken. Counted as they are made, apart from the rows.
  virtual std::vector<dead_letter_total> dead_letter_totals() = 0;

  // Rows of a stretch, in any order.

  /// Of the subscriptions' present generations.
  virtual void visit_ledger(block_span where, const visitor<ledger_record>& visit) = 0;
  virtual void visit_exceptions(offset_span where, const visitor<exception_record>& visit) = 0;
  /// Of every generation, also of subscriptions that were deleted.
  virtual void visit_dead_letters(offset_span where, const visitor<dead_letter_record>& visit) = 0;
};

}  // namespace eventmgr
