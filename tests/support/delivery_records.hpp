#pragma once

#include "core/delivery/failure_fingerprint.hpp"
#include "ports/event_store.hpp"
#include "support/store_events.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <vector>

namespace eventmgr::testing {

inline subscription_id subscription_no(std::uint8_t number) {
  subscription_id id;
  id.value.bytes = {0x5B, 0, 0, 0, 0, 0, 0x70, 0, 0x80};
  id.value.bytes[15] = number;
  return id;
}

inline subscription_record make_subscription(std::uint8_t number) {
  subscription_record record;
  record.id = subscription_no(number);
  record.name = "subscription-" + std::to_string(number);
  record.definition = R"({"topics":["#"]})";
  record.created_at = at_ms(1000);
  record.updated_at = at_ms(1000);
  return record;
}

/// What one subscription does with a stored event.
inline delivery_key key_of(std::uint8_t subscription, const event& of) {
  return {subscription_no(subscription), of.partition, of.seq};
}

inline attempt_record make_attempt(std::uint8_t subscription, const event& of, std::uint32_t number) {
  attempt_record record;
  record.subscription = subscription_no(subscription);
  record.attempt.event = of.id;
  record.attempt.partition = of.partition;
  record.attempt.seq = of.seq;
  record.attempt.attempt = number;
  record.attempt.at = at_ms(2000 + number);
  record.attempt.status = 500;
  record.attempt.error = "HTTP 500";
  record.attempt.duration = std::chrono::milliseconds{12};
  return record;
}

inline dead_letter_record make_dead_letter(std::uint8_t subscription, const event& of, dead_letter_id id) {
  dead_letter_record record;
  record.id = id;
  record.key = key_of(subscription, of);
  record.lane = of.priority;
  record.event = of.id;
  record.subscription_name = "subscription-" + std::to_string(subscription);
  record.reason = "HTTP 500";
  record.fingerprint = failure_fingerprint(record.reason);
  record.attempts = 4;
  record.failed_at = at_ms(5000);
  return record;
}

inline uuid redelivery_no(std::uint16_t number) {
  uuid id;
  id.bytes = {0x4E, 0, 0, 0, 0, 0, 0x70, 0, 0x80};
  id.bytes[14] = static_cast<std::uint8_t>(number >> 8U);
  id.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

inline redelivery_record make_redelivery(std::uint16_t number, redelivery_kind kind, redelivery_state state) {
  redelivery_record record;
  record.id = redelivery_no(number);
  record.kind = kind;
  record.request = R"({"topic":["#"]})";
  record.state = state;
  record.total = 10;
  record.created_at = at_ms(1000 + number);
  record.updated_at = at_ms(2000 + number);
  return record;
}

inline void commit_changes(event_store& store, const store_changes& changes, std::span<append_entry> entries = {}) {
  const store_changes* const all[] = {&changes};
  commit_batch batch{.entries = entries, .changes = all, .now = at_ms(1000)};
  store.commit(batch);
}

/// `load_deliveries`, each list in a fixed order.
inline delivery_state load_sorted(event_store& store) {
  delivery_state state = store.load_deliveries();
  std::ranges::sort(state.subscriptions, {}, &subscription_record::id);
  std::ranges::sort(state.floors, {}, [](const floor_record& row) {
    return std::tuple{row.subscription, row.partition, row.lane};
  });
  std::ranges::sort(state.exceptions, {}, &exception_record::key);
  std::ranges::sort(state.dead_above_floor, {}, &delivery_state::dead_place::key);
  std::ranges::sort(state.totals, {}, &ledger_record::subscription);
  std::ranges::sort(state.progress, {}, [](const replay_progress_record& row) {
    return std::tuple{row.replay, row.subscription};
  });
  return state;
}

}  // namespace eventmgr::testing
