#include "broker/delivery/outcome_book.hpp"

#include <iterator>

namespace eventmgr {

namespace {

void add_outcome(ledger_record& to, delivery_outcome outcome) {
  switch (outcome) {
    case delivery_outcome::acknowledged:
      ++to.acknowledged;
      break;
    case delivery_outcome::expired:
      ++to.expired;
      break;
    case delivery_outcome::dead:
      ++to.dead;
      break;
    case delivery_outcome::skipped:
      ++to.skipped;
      break;
    case delivery_outcome::outstanding:
    case delivery_outcome::exception:
      break;
  }
}

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  from.clear();
}

}  // namespace

outcome_book::outcome_book(subscription_id id, std::uint32_t generation, const ledger_record& totals,
                           receipt_board& receipts)
    : id_{id}, generation_{generation}, receipts_{receipts}, totals_{totals} {}

delivery_outcome outcome_book::known(log_place place) {
  if (const auto ahead = ahead_.find(place); ahead != ahead_.end()) {
    const delivery_outcome outcome = ahead->second;
    ahead_.erase(ahead);
    return outcome;
  }
  if (exceptions_.size() > 0 && exceptions_.find(place)) return delivery_outcome::exception;
  return delivery_outcome::outstanding;
}

void outcome_book::met(delivery_outcome outcome) { add_outcome(totals_, outcome); }

void outcome_book::restore(const exception_record& row) {
  exceptions_.put({.place = {row.key.partition, row.key.seq},
                   .lane = row.lane,
                   .attempts = row.attempts,
                   .due = row.due,
                   .ordering = row.ordering});
}

ledger_record& outcome_book::block_of(partition_id partition, offset seq) {
  const std::uint64_t block = ledger_block_of(seq);
  ledger_record& found = ledger_[{partition.value, block}];
  found.subscription = id_;
  found.generation = generation_;
  found.partition = partition;
  found.block = block;
  return found;
}

void outcome_book::count(partition_id partition, offset seq, delivery_outcome outcome) {
  add_outcome(block_of(partition, seq), outcome);
}

void outcome_book::settle(const flight& item, delivery_outcome outcome) {
  // One that has expired was not handed out this time.
  tell(item.place, outcome, outcome == delivery_outcome::acknowledged ? item.attempt : 0);
  if (item.from_exception) {
    exceptions_.erase(item.place);
    changed_exceptions_.insert(item.place);
  }
  settle(*item.lane, item.place.seq, outcome);
}

void outcome_book::settle(lane_feed& lane, offset seq, delivery_outcome outcome) {
  // After a restart an exception may be settled before the scan comes to it.
  if (seq > lane.window().scan()) {
    ahead_[{lane.partition(), seq}] = outcome;
    return;
  }
  add_outcome(totals_, outcome);
  tell({lane.partition(), seq}, outcome);
  // An outcome above the floor is counted when the floor passes it.
  if (!lane.window().settle(seq, outcome)) count(lane.partition(), seq, outcome);
}

void outcome_book::postpone(lane_feed& lane, exception_entry entry) {
  changed_exceptions_.insert(entry.place);
  lane.window().settle(entry.place.seq, delivery_outcome::exception);
  exceptions_.put(std::move(entry));
}

void outcome_book::bury(const flight& item, dead_letter_record row) {
  row.lane = item.lane->lane();
  tell(item.place, delivery_outcome::dead, row.attempts, row.reason);
  bury_again(item, std::move(row));
  settle(item, delivery_outcome::dead);
}

void outcome_book::bury_again(const flight& item, dead_letter_record row) {
  row.key = {id_, item.place.partition, item.place.seq};
  row.generation = generation_;
  rows_.dead_letters.push_back(std::move(row));
}

void outcome_book::note(const delivery_attempt& attempt) {
  if (!attempt.success && !receipts_.idle()) {
    receipts_.failed(id_, {attempt.partition, attempt.seq}, attempt.attempt, attempt.error);
  }
  rows_.attempts.push_back({.subscription = id_, .attempt = attempt});
}

void outcome_book::advance(lane_feed& lane) {
  lane.follow_head();
  lane.window().advance([&](offset seq, delivery_outcome outcome) {
    ++totals_.matched;
    // One that was skipped before it came to its lane has been told to nobody.
    tell({lane.partition(), seq}, outcome);
    ledger_record& block = block_of(lane.partition(), seq);
    ++block.matched;
    add_outcome(block, outcome);
  });
}

exception_record outcome_book::row_of(const exception_entry& entry) const {
  return {.key = {id_, entry.place.partition, entry.place.seq},
          .lane = entry.lane,
          .attempts = entry.attempts,
          .due = entry.due,
          .ordering = entry.ordering};
}

void outcome_book::collect(std::span<const std::shared_ptr<lane_feed>> lanes, store_changes& into) {
  for (const auto& lane : lanes) {
    advance(*lane);
    const offset floor = lane->window().floor();
    if (floor == lane->written_floor) continue;
    lane->written_floor = floor;
    into.floors.push_back({.subscription = id_, .partition = lane->partition(), .lane = lane->lane(), .floor = floor});
  }
  for (auto& [key, block] : ledger_) into.ledger.push_back(block);
  ledger_.clear();
  for (const log_place& place : changed_exceptions_) {
    if (const exception_entry* entry = exceptions_.find(place)) {
      into.exceptions.push_back(row_of(*entry));
    } else {
      into.settled.push_back({id_, place.partition, place.seq});
    }
  }
  changed_exceptions_.clear();
  take_rows(into);
}

void outcome_book::add_rows(store_changes rows) {
  append(rows_.attempts, rows.attempts);
  append(rows_.dead_letters, rows.dead_letters);
  append(rows_.redeemed, rows.redeemed);
}

void outcome_book::take_rows(store_changes& into) {
  append(into.attempts, rows_.attempts);
  append(into.dead_letters, rows_.dead_letters);
  append(into.redeemed, rows_.redeemed);
}

}  // namespace eventmgr
