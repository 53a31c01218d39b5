#include "broker/explain/outcome_finder.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr {

namespace {

// So many attempts of one event the store gives at once.
constexpr std::size_t attempts_at_once = 1000;

ledger_record block_of(const delivery_view& seen, const event& record, event_store& store) {
  const auto blocks = store.read_ledger(seen.subscription, seen.generation);
  const auto found = std::ranges::find_if(blocks, [&](const ledger_record& block) {
    return block.partition == record.partition && block.block == ledger_block_of(record.seq);
  });
  return found == blocks.end() ? ledger_record{} : *found;
}

/// An outcome that an event may have had.
struct candidate {
  delivery_fate fate;
  std::uint64_t count;  ///< of the offsets in its block of the ledger
  std::string_view word;
};

std::string listed(const std::vector<candidate>& possible) {
  std::string words;
  std::string counts;
  for (const candidate& each : possible) {
    if (!words.empty()) words += &each == &possible.back() ? " or " : ", ";
    words += each.word;
    if (!counts.empty()) counts += ", ";
    counts += std::to_string(each.count) + " " + std::string{each.word};
  }
  return words + ": which is not kept for each event; of its block of the ledger " + counts;
}

void take_remembered(event_delivery& to, const recent_success& known) {
  to.attempts = std::max(to.attempts, known.attempt);
  to.acknowledged_at = known.acknowledged_at;
  to.acknowledging_attempt = known.attempt;
  to.acknowledging_time = known.duration;
  to.acknowledgement_logged = false;
}

void take_success(event_delivery& to, const delivery_attempt& attempt) {
  to.acknowledged_at = attempt.at + attempt.duration;
  to.acknowledging_attempt = attempt.attempt;
  to.acknowledging_time = attempt.duration;
  to.acknowledgement_logged = true;
}

void say_what_is_not_kept(event_delivery& of, const delivery_view& seen) {
  if (of.acknowledged_at || !of.delivered().value_or(false)) return;
  // One that succeeds later than at once is logged.
  const bool was_logged = seen.logs_all || of.attempts > 1;
  of.time_not_kept = was_logged ? "its attempts are no longer among those that are kept" : "deliveryLog is failures";
}

}  // namespace

dead_letter_note note_of(const dead_letter_record& row) {
  return {.id = row.id, .state = row.state, .reason = row.reason, .attempts = row.attempts, .failed_at = row.failed_at};
}

outcome_finder::outcome_finder(const event& record, event_store& store, redelivery_notes& redeliveries, time_point now)
    : record_{record},
      store_{store},
      redeliveries_{redeliveries},
      now_{now},
      attempts_{store.attempts_of(record.partition, record.seq)},
      dead_{store.dead_letters_of(record.id)} {}

const delivery_attempt* outcome_finder::take_attempts(event_delivery& to, time_point since) const {
  if (attempts_.size() < attempts_at_once) {
    for (const attempt_record& row : attempts_) {
      if (row.subscription == to.subscription) to.log.push_back(row.attempt);
    }
  } else if (auto kept = store_.list_attempts(to.subscription, record_.id, {}, event_delivery::max_attempts)) {
    // The newest come first.
    to.log.assign(std::make_move_iterator(kept->attempts.rbegin()), std::make_move_iterator(kept->attempts.rend()));
    to.log_complete = kept->next_cursor.empty();
  }
  if (to.log.size() > event_delivery::max_attempts) {
    to.log.erase(to.log.begin(), to.log.end() - static_cast<std::ptrdiff_t>(event_delivery::max_attempts));
    to.log_complete = false;
  }
  const delivery_attempt* replayed = nullptr;
  for (const delivery_attempt& attempt : to.log) {
    if (attempt.at < since) continue;
    to.attempts = std::max(to.attempts, attempt.attempt);
    if (!attempt.success) {
      to.last_error = attempt.error;
    } else if (attempt.origin == attempt_origin::replay) {
      replayed = &attempt;
    } else {
      take_success(to, attempt);
    }
  }
  return replayed;
}

const dead_letter_record* outcome_finder::take_dead_letter(event_delivery& to) const {
  const auto found = std::ranges::find_if(
      dead_, [&](const dead_letter_record& row) { return row.key.subscription == to.subscription; });
  if (found == dead_.end()) return nullptr;
  to.dead = note_of(*found);
  return &*found;
}

void outcome_finder::ask_ledger(event_delivery& of, const delivery_view& seen) const {
  const ledger_record block = block_of(seen, record_, store_);
  const bool may_expire = record_.expires_at && *record_.expires_at <= now_;
  const std::vector<offset>& skipped = seen.skip_through.after;
  const bool may_skip = !skipped.empty() && record_.seq <= skipped[record_.partition.value];
  std::vector<candidate> possible;
  for (const candidate& each : {candidate{delivery_fate::acknowledged, block.acknowledged, "acknowledged"},
                                candidate{delivery_fate::expired, may_expire ? block.expired : 0, "expired"},
                                candidate{delivery_fate::skipped, may_skip ? block.skipped : 0, "skipped"}}) {
    if (each.count > 0) possible.push_back(each);
  }
  if (possible.empty()) {
    of.detail = "the ledger does not know it";
  } else if (possible.size() == 1) {
    of.state = possible.front().fate;
  } else {
    of.detail = listed(possible);
  }
}

event_delivery outcome_finder::find(const delivery_view& seen) {
  event_delivery found = seen.now;
  const auto* const replayed = take_attempts(found, seen.generation > 1 ? seen.since : time_point::min());
  // Its own delivery, whatever was replayed later.
  if (seen.success && seen.success->generation == seen.generation) take_remembered(found, *seen.success);
  const dead_letter_record* const dead = take_dead_letter(found);
  if (found.state == delivery_fate::settled) {
    // A replay may have given up what was acknowledged; that is counted nowhere.
    const bool gave_up = dead != nullptr && dead->counted && dead->generation == seen.generation;
    if (gave_up) {
      found.state = delivery_fate::dead_letter;
    } else if (found.acknowledged_at) {
      found.state = delivery_fate::acknowledged;
    } else {
      ask_ledger(found, seen);
    }
  }
  // What had been acknowledged was so before; the rest has been delivered by the replay.
  if (replayed != nullptr && !found.acknowledged_at && found.state != delivery_fate::acknowledged) {
    if (found.state == delivery_fate::settled) {
      found.state = delivery_fate::acknowledged;
      found.detail.clear();
    }
    take_success(found, *replayed);
  }
  if (dead != nullptr && found.state == delivery_fate::dead_letter) {
    found.attempts = std::max(found.attempts, dead->attempts);
    found.last_error = dead->reason;
  }
  // Those that failed are in the log; the one that did not only where all are.
  if (found.state == delivery_fate::acknowledged && !found.acknowledged_at) ++found.attempts;
  say_what_is_not_kept(found, seen);
  found.redeliveries = redeliveries_.of(found);
  return found;
}

event_delivery outcome_finder::find_remains(const delivery_view& seen) {
  event_delivery found{.subscription = seen.subscription, .name = seen.name};
  const auto* const replayed = take_attempts(found, time_point::min());
  const bool later = seen.success && (!found.acknowledged_at || *found.acknowledged_at < seen.success->acknowledged_at);
  if (later && seen.success->generation < seen.generation) take_remembered(found, *seen.success);
  if (replayed != nullptr && !found.acknowledged_at) take_success(found, *replayed);
  const dead_letter_record* const dead = take_dead_letter(found);
  if (found.acknowledged_at) {
    found.state = delivery_fate::acknowledged;
  } else if (dead != nullptr) {
    found.state = delivery_fate::dead_letter;
    found.last_error = dead->reason;
  }
  if (found.state != delivery_fate::unmatched) found.detail = "before the generation that holds now";
  say_what_is_not_kept(found, seen);
  found.redeliveries = redeliveries_.of(found);
  return found;
}

}  // namespace eventmgr
