#pragma once

#include "broker/proof/problem_list.hpp"
#include "broker/proof/proven_subscription.hpp"
#include "ports/store_snapshot.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr {

/// Which event each offset of one block of the ledger holds. Of fixed size: a megabyte.
class block_events {
 public:
  block_events() : ids_(ledger_block_size), there_(ledger_block_size) {}

  void begin() { there_.assign(ledger_block_size, false); }

  void add(offset seq, event_id id) {
    const auto index = static_cast<std::size_t>(seq.value % ledger_block_size);
    ids_[index] = id;
    there_[index] = true;
  }

  /// Null when the offset holds none. It must lie in the block.
  const event_id* find(offset seq) const {
    const auto index = static_cast<std::size_t>(seq.value % ledger_block_size);
    return there_[index] ? &ids_[index] : nullptr;
  }

 private:
  std::vector<event_id> ids_;
  std::vector<bool> there_;
};

/// Compares what the store keeps for a block with what was found in the log: ledger, exceptions and dead letters.
class block_check {
 public:
  /// What is given must outlive it.
  block_check(store_snapshot& from, std::span<proven_subscription> subscriptions, problem_list& problems);

  /// One block whose events were all judged, or a run of blocks without any; then `events` is null.
  struct stretch {
    block_span blocks{};
    const block_events* events{nullptr};
    offset head{};       ///< nothing lies beyond it
    bool pruned{false};  ///< retention may have taken what is missing
  };
  void close(const stretch& what);

  /// When all stretches of all partitions were closed: whether there are as many dead letters as there must be.
  void conclude();

 private:
  /// What was found of one subscription in one block.
  struct tally {
    std::uint64_t matched{0};
    std::uint64_t exceptions{0};  ///< up to the floors
    std::uint64_t dead{0};        ///< dead letters that the ledger counts, up to the floors
  };
  /// Dead letters of one subscription, which may be gone, as they are.
  struct letters {
    std::uint64_t count{0};
    std::string name{};
  };
  using block_key = std::pair<std::size_t, std::uint64_t>;  ///< place of the subscription, block

  bool lacks(const stretch& what, offset seq) const;
  void see(const stretch& what, const exception_record& row);
  void see(const stretch& what, const dead_letter_record& row);
  void compare(const stretch& what, std::size_t subscription, const ledger_record& row, const tally& found);

  store_snapshot& from_;
  const std::span<proven_subscription> subscriptions_;
  problem_list& problems_;
  std::map<subscription_id, std::size_t> places_;
  std::map<subscription_id, letters> letters_;
  std::map<block_key, tally> tallies_;  ///< of the stretch that is being closed
};

}  // namespace eventmgr
