#pragma once

#include "broker/delivery/delivery_view.hpp"
#include "broker/explain/redelivery_notes.hpp"
#include "ports/event_store.hpp"

#include <eventmgr/explanation.hpp>

#include <vector>

namespace eventmgr {

/// What an explanation tells of a dead letter.
dead_letter_note note_of(const dead_letter_record& row);

/// Finds out what became of one event: what a subscription has in hand, completed by the attempts and dead letters in
/// the store; and of an event that its floor has passed, what the ledger tells. For a query's thread; throws what the
/// store throws.
class outcome_finder {
 public:
  /// Reads what the store keeps of the event, for every subscription.
  outcome_finder(const event& record, event_store& store, redelivery_notes& redeliveries, time_point now);

  /// Of a subscription that matches the event.
  event_delivery find(const delivery_view& seen);

  /// Of one that does not: what an earlier generation may have done with it.
  event_delivery find_remains(const delivery_view& seen);

  /// Of whichever subscription, also of those that are gone.
  const std::vector<dead_letter_record>& dead_letters() const noexcept { return dead_; }

 private:
  /// Those before `since` are listed, and do not count: an earlier generation made them. Gives the last that succeeded
  /// for a replay, in the log of `to`: it says nothing of the delivery before.
  const delivery_attempt* take_attempts(event_delivery& to, time_point since) const;
  const dead_letter_record* take_dead_letter(event_delivery& to) const;
  void ask_ledger(event_delivery& of, const delivery_view& seen) const;

  const event& record_;
  event_store& store_;
  redelivery_notes& redeliveries_;
  const time_point now_;
  std::vector<attempt_record> attempts_;
  std::vector<dead_letter_record> dead_;
};

}  // namespace eventmgr
