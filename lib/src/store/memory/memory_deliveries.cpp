#include "store/memory/memory_deliveries.hpp"

#include "store/common/page_budget.hpp"
#include "store/memory/memory_log.hpp"

#include <algorithm>

namespace eventmgr {
namespace {

void add_counts(ledger_record& to, const ledger_record& more) noexcept {
  to.matched += more.matched;
  to.acknowledged += more.acknowledged;
  to.expired += more.expired;
  to.dead += more.dead;
  to.skipped += more.skipped;
}

}  // namespace

memory_deliveries::kept_subscription* memory_deliveries::find(subscription_id id) {
  const auto found = subscriptions_.find(id);
  return found == subscriptions_.end() ? nullptr : &found->second;
}

bool memory_deliveries::must_stay(const delivery_key& key) const {
  const auto found = subscriptions_.find(key.subscription);
  return (found != subscriptions_.end() && found->second.exceptions.contains({key.partition, key.seq})) ||
         dead_letters_.all().contains(key);
}

void memory_deliveries::apply(const store_changes& changes) {
  for (const subscription_id id : changes.removed) {
    subscriptions_.erase(id);
    attempts_.remove(id);
  }
  for (const subscription_id id : changes.restarted) {
    if (kept_subscription* const of = find(id)) {
      of->floors.clear();
      of->exceptions.clear();
    }
  }
  for (const subscription_record& row : changes.subscriptions) subscriptions_[row.id].row = row;
  for (const revision_record& row : changes.revisions) {
    if (kept_subscription* const of = find(row.subscription)) of->revisions[row.revision] = row;
  }
  for (const floor_record& row : changes.floors) {
    if (kept_subscription* const of = find(row.subscription)) of->floors[{row.partition, row.lane}] = row.floor;
  }
  for (const ledger_record& row : changes.ledger) {
    if (kept_subscription* const of = find(row.subscription)) {
      const auto [place, made] = of->ledger.try_emplace({row.generation, row.partition, row.block}, row);
      if (!made) add_counts(place->second, row);
    }
  }
  for (const delivery_key& key : changes.settled) {
    if (kept_subscription* const of = find(key.subscription)) of->exceptions.erase({key.partition, key.seq});
  }
  for (const exception_record& row : changes.exceptions) {
    if (kept_subscription* const of = find(row.key.subscription))
      of->exceptions[{row.key.partition, row.key.seq}] = row;
  }
  const auto stays = [this](const delivery_key& key) { return must_stay(key); };
  for (const attempt_record& row : changes.attempts) {
    if (find(row.subscription) != nullptr) attempts_.add(row, stays);
  }
  for (const dead_letter_record& row : changes.dead_letters) {
    if (find(row.key.subscription) != nullptr) dead_letters_.put(row);
  }
  for (const delivery_key& key : changes.redeemed) {
    if (find(key.subscription) != nullptr) dead_letters_.redeem(key);
  }
}

delivery_state memory_deliveries::load() const {
  delivery_state state;
  for (const auto& [id, of] : subscriptions_) {
    state.subscriptions.push_back(of.row);
    for (const auto& [lane, floor] : of.floors) state.floors.push_back({id, lane.first, lane.second, floor});
    for (const auto& [revision, row] : of.revisions) {
      if (row.generation == of.row.generation) state.revisions.push_back(row);
    }
    for (const auto& [key, row] : of.exceptions) state.exceptions.push_back(row);
    ledger_record total{.subscription = id, .generation = of.row.generation};
    bool counted = false;
    for (const auto& [key, row] : of.ledger) {
      if (key.generation != of.row.generation) continue;
      add_counts(total, row);
      counted = true;
    }
    if (counted) state.totals.push_back(total);
  }
  for (const auto& [key, row] : dead_letters_.all()) {
    const auto of = subscriptions_.find(key.subscription);
    if (of == subscriptions_.end() || row.generation != of->second.row.generation) continue;
    const auto floor = of->second.floors.find({key.partition, row.lane});
    if (floor == of->second.floors.end() || key.seq > floor->second) state.dead_above_floor.push_back({key, row.lane});
  }
  return state;
}

void memory_deliveries::copy_to(memory_snapshot_rows& rows) const {
  for (const auto& [id, of] : subscriptions_) {
    subscription_state& made = rows.subscriptions.emplace_back();
    made.record = of.row;
    for (const auto& [revision, row] : of.revisions) {
      if (row.generation == of.row.generation) made.revisions.push_back(row);
    }
    for (const auto& [lane, floor] : of.floors) made.floors.push_back({id, lane.first, lane.second, floor});
    for (const auto& [key, row] : of.ledger) {
      if (key.generation == of.row.generation) rows.ledger.push_back(row);
    }
    for (const auto& [key, row] : of.exceptions) rows.exceptions.push_back(row);
  }
  for (const auto& [key, row] : dead_letters_.all()) rows.dead_letters.push_back(row);
}

std::vector<ledger_record> memory_deliveries::read_ledger(subscription_id subscription,
                                                          std::uint32_t generation) const {
  std::vector<ledger_record> rows;
  const auto found = subscriptions_.find(subscription);
  if (found == subscriptions_.end()) return rows;
  for (const auto& [key, row] : found->second.ledger) {
    if (key.generation == generation) rows.push_back(row);
  }
  return rows;
}

std::optional<subscription_id> memory_deliveries::named(std::string_view name) const {
  const auto found = std::ranges::find_if(subscriptions_, [&](const auto& s) { return s.second.row.name == name; });
  if (found == subscriptions_.end()) return std::nullopt;
  return found->first;
}

dead_letter memory_deliveries::describe(const dead_letter_record& record, const event& of) const {
  dead_letter letter;
  letter.id = record.id;
  letter.subscription = record.key.subscription;
  letter.subscription_name = record.subscription_name;
  letter.record = of;
  letter.reason = record.reason;
  letter.retry_count = record.attempts == 0 ? 0 : record.attempts - 1;
  letter.attempts = attempts_.of(record.key);
  letter.failed_at = record.failed_at;
  letter.state = record.state;
  return letter;
}

dead_letter_page memory_deliveries::query_dead_letters(const dead_letter_query& query,
                                                       const std::optional<dead_letter_place>& from,
                                                       const memory_log& events) const {
  const auto selected =
      dead_letters_.select(query, query.subscription ? named(*query.subscription) : std::nullopt, events);
  const auto place_of = [](const dead_letter_record& row) { return dead_letter_place{row.failed_at, row.id}; };
  dead_letter_page page;
  page.total = selected.size();
  auto next = selected.begin();
  if (from) next = std::ranges::find_if(selected, [&](const auto& row) { return place_of(row) < *from; });
  for (page_budget left{query.limit}; next != selected.end() && !left.spent(); ++next) {
    const auto of = events.find(next->key.partition, next->key.seq);
    left.take(*of);
    page.dead_letters.push_back(describe(*next, *of));
  }
  if (next != selected.end()) {
    const dead_letter& last = page.dead_letters.back();
    page.next_cursor = make_dead_letter_cursor(query, {last.failed_at, last.id});
  }
  return page;
}

std::optional<dead_letter> memory_deliveries::find_dead_letter(dead_letter_id id, const memory_log& events) const {
  const dead_letter_record* const record = dead_letters_.find(id);
  const auto of = record == nullptr ? nullptr : events.find(record->key.partition, record->key.seq);
  if (!of) return std::nullopt;
  return describe(*record, *of);
}

attempt_page memory_deliveries::list_attempts(subscription_id subscription, const std::optional<event_id>& event,
                                              std::uint64_t below, std::uint32_t limit) const {
  attempt_page page;
  const std::size_t most = std::clamp<std::size_t>(limit, 1, max_attempt_page);
  auto found = attempts_.newest(subscription, event, below, most + 1);
  if (found.size() > most) {
    page.next_cursor = make_attempt_cursor(subscription, event, found[most - 1].number);
    found.pop_back();
  }
  for (auto& kept : found) page.attempts.push_back(std::move(kept.attempt));
  return page;
}

}  // namespace eventmgr
