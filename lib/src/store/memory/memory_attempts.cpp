#include "store/memory/memory_attempts.hpp"

#include "store/common/attempt_retention.hpp"

#include <algorithm>
#include <iterator>

namespace eventmgr {

void memory_attempts::add(const attempt_record& record, const stays& must_stay) {
  list& kept = lists_[record.subscription];
  kept.by_number.emplace(++kept.added, record.attempt);
  if (kept.added <= kept_attempts || kept.added % attempts_per_sweep != 0) return;
  const auto end = kept.by_number.upper_bound(kept.added - kept_attempts);
  for (auto next = kept.by_number.begin(); next != end;) {
    const auto& [number, attempt] = *next;
    next =
        must_stay({record.subscription, attempt.partition, attempt.seq}) ? std::next(next) : kept.by_number.erase(next);
  }
}

void memory_attempts::remove(subscription_id subscription) { lists_.erase(subscription); }

std::vector<memory_attempts::numbered> memory_attempts::newest(subscription_id subscription,
                                                               const std::optional<event_id>& event,
                                                               std::uint64_t below, std::size_t limit) const {
  std::vector<numbered> found;
  const auto kept = lists_.find(subscription);
  if (kept == lists_.end()) return found;
  const auto& by_number = kept->second.by_number;
  for (auto next = by_number.lower_bound(below); next != by_number.begin() && found.size() < limit;) {
    --next;
    if (!event || next->second.event == *event) found.push_back({next->first, next->second});
  }
  return found;
}

std::vector<delivery_attempt> memory_attempts::of(const delivery_key& key) const {
  std::vector<delivery_attempt> found;
  const auto kept = lists_.find(key.subscription);
  if (kept == lists_.end()) return found;
  for (const auto& [number, attempt] : kept->second.by_number) {
    if (attempt.partition == key.partition && attempt.seq == key.seq) found.push_back(attempt);
  }
  return found;
}

std::vector<attempt_record> memory_attempts::of_all(partition_id partition, offset seq, std::size_t most) const {
  std::vector<attempt_record> found;
  for (const auto& [subscription, kept] : lists_) {
    for (const delivery_attempt& attempt : of({subscription, partition, seq})) found.push_back({subscription, attempt});
  }
  std::ranges::stable_sort(found, {}, [](const attempt_record& record) { return record.attempt.at; });
  if (found.size() > most) found.resize(most);
  return found;
}

}  // namespace eventmgr
