#include "broker/explain/outcome_finder.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr {

namespace {

void take_attempts(event_delivery& to, const event& record, event_store& store) {
  auto kept = store.list_attempts(to.subscription, record.id, {}, event_delivery::max_attempts);
  if (!kept) return;
  // The newest come first.
  to.log.assign(std::make_move_iterator(kept->attempts.rbegin()), std::make_move_iterator(kept->attempts.rend()));
  for (const delivery_attempt& attempt : to.log) {
    to.attempts = std::max(to.attempts, attempt.attempt);
    if (attempt.success) {
      to.acknowledged_at = attempt.at + attempt.duration;
    } else {
      to.last_error = attempt.error;
    }
  }
}

void take_dead_letter(event_delivery& to, const event& record, event_store& store) {
  // The id is made of both, as it was when the event was given up.
  const auto letter = store.find_dead_letter({make_uuid_v5(to.subscription.value, to_string(record.id))});
  if (!letter) return;
  to.dead = dead_letter_note{.id = letter->id,
                             .state = letter->state,
                             .reason = letter->reason,
                             .attempts = letter->retry_count + 1,
                             .failed_at = letter->failed_at};
}

ledger_record block_of(const delivery_view& seen, const event& record, event_store& store) {
  const auto blocks = store.read_ledger(seen.subscription, seen.generation);
  const auto found = std::ranges::find_if(blocks, [&](const ledger_record& block) {
    return block.partition == record.partition && block.block == ledger_block_of(record.seq);
  });
  return found == blocks.end() ? ledger_record{} : *found;
}

/// Of an event that has an outcome, of which only the counts of its block tell.
void ask_ledger(event_delivery& of, const ledger_record& block, const event& record) {
  struct candidate {
    delivery_fate state;
    std::uint64_t count;
    std::string_view word;
  };
  const std::array<candidate, 3> all{
      candidate{delivery_fate::acknowledged, block.acknowledged, "acknowledged"},
      candidate{delivery_fate::expired, record.expires_at ? block.expired : 0, "expired"},
      candidate{delivery_fate::skipped, block.skipped, "skipped"}};
  std::vector<candidate> possible;
  std::ranges::copy_if(all, std::back_inserter(possible), [](const candidate& each) { return each.count > 0; });
  if (possible.size() == 1) {
    of.state = possible.front().state;
    return;
  }
  if (possible.empty()) {
    of.detail = "the ledger does not know it";
    return;
  }
  std::string words;
  for (const candidate& each : possible) {
    if (!words.empty()) words += &each == &possible.back() ? " or " : ", ";
    words += each.word;
  }
  of.detail = words + ": it has an outcome, but which one is not kept; of the offsets around it";
  for (const candidate& each : possible) {
    of.detail += std::string{&each == &possible.front() ? " " : ", "} + std::to_string(each.count) + " are " +
                 std::string{each.word};
  }
}

}  // namespace

event_delivery find_outcome(const delivery_view& seen, const event& record, event_store& store) {
  event_delivery found = seen.now;
  take_attempts(found, record, store);
  take_dead_letter(found, record, store);
  if (found.state == delivery_fate::settled) {
    if (found.acknowledged_at) {
      found.state = delivery_fate::acknowledged;
    } else if (found.dead) {
      found.state = delivery_fate::dead_letter;
    } else {
      ask_ledger(found, block_of(seen, record, store), record);
    }
  }
  if (found.dead && found.state == delivery_fate::dead_letter) {
    found.attempts = std::max(found.attempts, found.dead->attempts);
    found.last_error = found.dead->reason;
  }
  // At least one; an attempt that failed before it is in the log, one that succeeds only where all are.
  if (found.state == delivery_fate::acknowledged && !found.acknowledged_at) ++found.attempts;
  return found;
}

event_delivery find_remains(const delivery_view& seen, const event& record, event_store& store) {
  event_delivery found = seen.now;
  found.state = delivery_fate::unmatched;
  found.lane.reset();
  found.detail.clear();
  take_attempts(found, record, store);
  take_dead_letter(found, record, store);
  if (found.acknowledged_at) {
    found.state = delivery_fate::acknowledged;
  } else if (found.dead) {
    found.state = delivery_fate::dead_letter;
    found.last_error = found.dead->reason;
  }
  if (found.state != delivery_fate::unmatched) found.detail = "before the generation that holds now";
  return found;
}

}  // namespace eventmgr
