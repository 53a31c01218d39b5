#include "store/memory/memory_dead_letters.hpp"

#include "store/memory/memory_log.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace eventmgr {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool contains_in_any_case(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return lower(a) == lower(b); };
  return std::ranges::search(text, part, same).begin() != text.end() || part.empty();
}

bool is_of(const dead_letter_record& record, const std::string& subscription, std::optional<subscription_id> named) {
  if (record.subscription_name == subscription || record.key.subscription == named) return true;
  const auto id = subscription_id::parse(subscription);
  return id && *id == record.key.subscription;
}

bool matches(const dead_letter_query& query, const dead_letter_record& record, std::optional<subscription_id> named,
             const event& of) {
  if (!query.ids.empty() && std::ranges::find(query.ids, record.id) == query.ids.end()) return false;
  if (query.state && record.state != *query.state) return false;
  if (query.fingerprint && record.fingerprint != *query.fingerprint) return false;
  if (query.since && record.failed_at < *query.since) return false;
  if (query.until && record.failed_at >= *query.until) return false;
  if (query.subscription && !is_of(record, *query.subscription, named)) return false;
  if (query.topic && !query.topic->matches(of.topic)) return false;
  if (query.type && of.type != *query.type) return false;
  return !query.reason || contains_in_any_case(record.reason, *query.reason);
}

}  // namespace

void memory_dead_letters::put(dead_letter_record record) {
  const auto [place, made] = by_key_.try_emplace(record.key, record);
  if (made) {
    place->second.reopens = true;
    ++totals_[record.key.subscription];
    return;
  }
  const dead_letter_record& old = place->second;
  record.id = old.id;
  if (!record.reopens) record.state = old.state;
  record.reopens = true;
  record.attempts += old.attempts;
  if (old.counted && !record.counted) {
    record.generation = old.generation;
    record.counted = true;
  }
  place->second = std::move(record);
}

void memory_dead_letters::redeem(const delivery_key& key) {
  const auto found = by_key_.find(key);
  if (found != by_key_.end() && found->second.state == dead_letter_state::open) {
    found->second.state = dead_letter_state::delivered;
  }
}

void memory_dead_letters::discard(dead_letter_id id) {
  const auto found = std::ranges::find_if(by_key_, [&](const auto& entry) { return entry.second.id == id; });
  if (found != by_key_.end() && found->second.state == dead_letter_state::open) {
    found->second.state = dead_letter_state::discarded;
  }
}

const dead_letter_record* memory_dead_letters::find(dead_letter_id id) const {
  const auto found = std::ranges::find_if(by_key_, [&](const auto& entry) { return entry.second.id == id; });
  return found == by_key_.end() ? nullptr : &found->second;
}

std::vector<dead_letter_record> memory_dead_letters::of(partition_id partition, offset seq) const {
  std::vector<dead_letter_record> found;
  for (const auto& [key, record] : by_key_) {
    if (key.partition == partition && key.seq == seq) found.push_back(record);
  }
  return found;
}

std::vector<dead_letter_record> memory_dead_letters::select(const dead_letter_query& query,
                                                            std::optional<subscription_id> named,
                                                            const memory_log& events) const {
  std::vector<dead_letter_record> found;
  for (const auto& [key, record] : by_key_) {
    const auto of = events.find(key.partition, key.seq);
    if (of && matches(query, record, named, *of)) found.push_back(record);
  }
  std::ranges::sort(found, [&](const dead_letter_record& a, const dead_letter_record& b) {
    return comes_before(query, {a.failed_at, a.id}, {b.failed_at, b.id});
  });
  return found;
}

}  // namespace eventmgr
