#include "store/memory/memory_deliveries.hpp"

#include "core/page_budget.hpp"
#include "store/common/dead_letter_summariser.hpp"
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
  for (const dead_letter_id id : changes.discarded) dead_letters_.discard(id);
  for (const redelivery_record& row : changes.redeliveries) redeliveries_.put(row);
  for (const replay_progress_record& row : changes.progress) redeliveries_.put(row);
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
    if (!row.counted || of == subscriptions_.end() || row.generation != of->second.row.generation) continue;
    const auto floor = of->second.floors.find({key.partition, row.lane});
    if (floor == of->second.floors.end() || key.seq > floor->second) state.dead_above_floor.push_back({key, row.lane});
  }
  redeliveries_.load(state);
  return state;
}

void memory_deliveries::copy_to(memory_snapshot_rows& rows) const {
  for (const auto& [id, of] : subscriptions_) {
    subscription_state& made = rows.subscriptions.emplace_back();
    made.record = of.row;
    for (const auto& [revision, row] : of.revisions) {
      if (row.generation == of.row.generation) {
        made.revisions.push_back(row);
      } else if (row.generation < of.row.generation) {
        made.earlier_revision = revision;
      }
    }
    for (const auto& [lane, floor] : of.floors) made.floors.push_back({id, lane.first, lane.second, floor});
    for (const auto& [key, row] : of.ledger) {
      if (key.generation == of.row.generation) rows.ledger.push_back(row);
    }
    for (const auto& [key, row] : of.exceptions) rows.exceptions.push_back(row);
  }
  for (const auto& [key, row] : dead_letters_.all()) rows.dead_letters.push_back(row);
  for (const auto& [id, kept] : dead_letters_.totals()) rows.totals.push_back({id, kept});
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

std::vector<dead_letter_record> memory_deliveries::select(const dead_letter_query& query,
                                                          const memory_log& events) const {
  const auto has_the_name = [&](const auto& entry) { return entry.second.row.name == query.subscription; };
  const auto named = std::ranges::find_if(subscriptions_, has_the_name);
  return dead_letters_.select(query, named == subscriptions_.end() ? std::nullopt : std::optional{named->first},
                              events);
}

dead_letter memory_deliveries::describe(const dead_letter_record& record, const event& of) const {
  dead_letter letter;
  letter.id = record.id;
  letter.subscription = record.key.subscription;
  letter.subscription_name = record.subscription_name;
  letter.record = of;
  letter.reason = record.reason;
  letter.fingerprint = record.fingerprint;
  letter.retry_count = record.attempts == 0 ? 0 : record.attempts - 1;
  letter.attempts = attempts_.of(record.key);
  letter.failed_at = record.failed_at;
  letter.state = record.state;
  return letter;
}

dead_letter_page memory_deliveries::query_dead_letters(const dead_letter_query& query,
                                                       const std::optional<dead_letter_bookmark>& from,
                                                       const memory_log& events) const {
  const auto selected = select(query, events);
  const auto place_of = [](const dead_letter_record& row) { return dead_letter_place{row.failed_at, row.id}; };
  dead_letter_page page;
  page.total = from ? from->total : selected.size();
  auto next = selected.begin();
  const auto is_behind = [&](const dead_letter_record& row) {
    return memory_dead_letters::comes_before(query, from->behind, place_of(row));
  };
  if (from) next = std::ranges::find_if(selected, is_behind);
  for (page_budget left{query.limit}; next != selected.end() && !left.spent(); ++next) {
    const auto of = events.find(next->key.partition, next->key.seq);
    left.take(*of);
    page.dead_letters.push_back(describe(*next, *of));
  }
  if (next != selected.end()) {
    const dead_letter& last = page.dead_letters.back();
    page.next_cursor = make_dead_letter_cursor(query, {last.failed_at, last.id}, page.total);
  }
  return page;
}

std::optional<dead_letter> memory_deliveries::find_dead_letter(dead_letter_id id, const memory_log& events) const {
  const dead_letter_record* const record = dead_letters_.find(id);
  const auto of = record == nullptr ? nullptr : events.find(record->key.partition, record->key.seq);
  if (!of) return std::nullopt;
  return describe(*record, *of);
}

dead_letter_summary memory_deliveries::summarise_dead_letters(const dead_letter_query& query,
                                                              const memory_log& events) const {
  auto selected = select(query, events);
  std::ranges::stable_sort(selected, {}, &dead_letter_record::fingerprint);
  dead_letter_summariser summary;
  for (const dead_letter_record& row : selected) {
    const auto of = events.find(row.key.partition, row.key.seq);
    summary.add(row.fingerprint, {row.failed_at, row.id}, row.subscription_name, of->topic.str());
  }
  return summary.finish([this](dead_letter_id id) { return dead_letters_.find(id)->reason; });
}

std::vector<dead_letter_count> memory_deliveries::count_dead_letters(const dead_letter_query& query,
                                                                     const memory_log& events) const {
  std::map<subscription_id, dead_letter_count> counts;
  for (const dead_letter_record& row : select(query, events)) {
    const auto [place, made] = counts.try_emplace(row.key.subscription);
    dead_letter_count& of = place->second;
    if (made) of = {row.key.subscription, 0, row.failed_at, row.failed_at};
    ++of.count;
    of.oldest = std::min(of.oldest, row.failed_at);
    of.newest = std::max(of.newest, row.failed_at);
  }
  std::vector<dead_letter_count> rows;
  rows.reserve(counts.size());
  for (const auto& [subscription, row] : counts) rows.push_back(row);
  return rows;
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
