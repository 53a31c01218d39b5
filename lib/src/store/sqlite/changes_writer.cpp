#include "store/sqlite/changes_writer.hpp"

namespace eventmgr::sqlite {

changes_writer::changes_writer(connection& writer)
    : subscriptions_{writer}, deliveries_{writer}, attempts_{writer}, dead_letters_{writer}, redeliveries_{writer} {}

void changes_writer::apply(const store_changes& changes) {
  for (const subscription_id id : changes.removed) subscriptions_.remove(id);
  // Its key may be given to another one.
  if (!changes.removed.empty()) attempts_.forget();
  for (const subscription_id id : changes.restarted) subscriptions_.restart(id);
  for (const subscription_record& record : changes.subscriptions) subscriptions_.put(record);
  for (const revision_record& record : changes.revisions) subscriptions_.put(record);
  for (const floor_record& record : changes.floors) {
    if (const auto key = subscriptions_.key_of(record.subscription)) deliveries_.put(key, record);
  }
  for (const ledger_record& more : changes.ledger) {
    if (const auto key = subscriptions_.key_of(more.subscription)) deliveries_.add(key, more);
  }
  for (const delivery_key& settled : changes.settled) {
    if (const auto key = subscriptions_.key_of(settled.subscription)) deliveries_.settle(key, settled.seq);
  }
  for (const exception_record& record : changes.exceptions) {
    if (const auto key = subscriptions_.key_of(record.key.subscription)) deliveries_.put(key, record);
  }
  for (const attempt_record& record : changes.attempts) {
    if (const auto key = subscriptions_.key_of(record.subscription)) attempts_.add(key, record);
  }
  for (const dead_letter_record& record : changes.dead_letters) {
    if (subscriptions_.key_of(record.key.subscription) != 0) dead_letters_.put(record);
  }
  for (const delivery_key& redeemed : changes.redeemed) {
    if (subscriptions_.key_of(redeemed.subscription) != 0) dead_letters_.redeem(redeemed);
  }
  for (const dead_letter_id id : changes.discarded) dead_letters_.discard(id);
  for (const redelivery_record& record : changes.redeliveries) redeliveries_.put(record);
  for (const replay_progress_record& record : changes.progress) redeliveries_.put(record);
}

void changes_writer::forget() noexcept {
  subscriptions_.forget();
  attempts_.forget();
}

}  // namespace eventmgr::sqlite
