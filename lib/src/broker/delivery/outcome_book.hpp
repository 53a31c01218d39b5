#pragma once

#include "broker/delivery/flight_table.hpp"
#include "broker/delivery/lane_feed.hpp"
#include "broker/delivery/receipt_board.hpp"
#include "broker/delivery/state_journal.hpp"
#include "core/delivery/exception_table.hpp"
#include "ports/delivery_records.hpp"

#include <eventmgr/subscription.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr {

/// What became of the events of one subscription: keeps its exceptions, counts its ledger, and writes down what must
/// survive. Used on the core's thread.
class outcome_book {
 public:
  /// `generation` and `totals` as they are in the store. `receipts` hears of what becomes of events.
  outcome_book(subscription_id id, std::uint32_t generation, const ledger_record& totals, receipt_board& receipts);

  /// What is known of an event that a scan meets. What that is, the caller's own knowledge included, is then `met`.
  delivery_outcome known(log_place place);
  void met(delivery_outcome outcome);

  /// Restores what the store holds.
  void restore(const exception_record& row);
  void restore_dead(log_place place) { ahead_[place] = delivery_outcome::dead; }

  /// An event has its outcome, for good.
  void settle(const flight& item, delivery_outcome outcome);
  /// So for one that was never in flight.
  void settle(lane_feed& lane, offset seq, delivery_outcome outcome);

  /// An event must wait: for its next attempt at `due`, or, with no attempts, behind its ordering key.
  void postpone(lane_feed& lane, exception_entry entry);

  /// The subscription gives the event up. The row's key and generation are filled in.
  void bury(const flight& item, dead_letter_record row);

  /// A redelivery was given up: there is a dead letter, but no outcome, for the event had one before, or has it yet to
  /// come.
  void bury_again(const flight& item, dead_letter_record row);

  /// The event's dead letter, if it has an open one, is closed.
  void redeem(log_place place) { rows_.redeemed.push_back({id_, place.partition, place.seq}); }

  void note(const delivery_attempt& attempt);

  exception_table& exceptions() noexcept { return exceptions_; }
  const exception_table& exceptions() const noexcept { return exceptions_; }

  /// Moves the lanes' floors and puts all that has changed into the commit.
  void collect(std::span<const std::shared_ptr<lane_feed>> lanes, store_changes& into);

  /// Only what outlives the generation: attempts and dead letters.
  void take_rows(store_changes& into);
  void add_rows(store_changes rows);

  /// Moves the lanes' floors, so that their windows have room. Cheap when nothing has settled.
  void advance(lane_feed& lane);

  /// Of this generation: what the floors have passed, and the outcomes above them.
  const ledger_record& totals() const noexcept { return totals_; }

 private:
  using block_key = std::pair<std::uint16_t, std::uint64_t>;

  void count(partition_id partition, offset seq, delivery_outcome outcome);
  ledger_record& block_of(partition_id partition, offset seq);
  exception_record row_of(const exception_entry& entry) const;
  void tell(log_place place, delivery_outcome outcome, std::uint32_t attempts = 0, std::string_view error = {}) {
    if (!receipts_.idle()) receipts_.settled(id_, place, outcome, attempts, error);
  }

  const subscription_id id_;
  const std::uint32_t generation_;
  receipt_board& receipts_;
  ledger_record totals_;
  exception_table exceptions_;
  std::map<log_place, delivery_outcome> ahead_;  ///< outcomes of events that the scan has yet to meet
  std::map<block_key, ledger_record> ledger_;
  std::set<log_place> changed_exceptions_;
  store_changes rows_;
};

}  // namespace eventmgr
