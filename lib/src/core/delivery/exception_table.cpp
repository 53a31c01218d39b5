#include "core/delivery/exception_table.hpp"

#include <utility>

namespace eventmgr {

bool exception_table::is_head(const exception_entry& entry) const noexcept {
  if (entry.ordering.empty()) return true;
  const auto key = keys_.find(entry.ordering);
  return key != keys_.end() && *key->second.begin() == entry.place;
}

void exception_table::queue(const exception_entry& entry) {
  if (!in_flight_.contains(entry.place)) due_.insert({entry.due, entry.place});
}

void exception_table::unqueue(const exception_entry& entry) { due_.erase({entry.due, entry.place}); }

void exception_table::put(exception_entry entry) {
  const auto old = entries_.find(entry.place);
  if (old != entries_.end()) {
    if (old->second.ordering != entry.ordering) {
      erase(entry.place);
    } else {
      in_flight_.erase(entry.place);
      unqueue(old->second);
    }
  }
  exception_entry& kept = entries_[entry.place];
  kept = std::move(entry);
  if (!kept.ordering.empty()) {
    std::set<log_place>& key = keys_[kept.ordering];
    if (!key.empty() && kept.place < *key.begin()) unqueue(entries_.at(*key.begin()));
    key.insert(kept.place);
  }
  if (is_head(kept)) queue(kept);
}

bool exception_table::erase(log_place place) {
  const auto found = entries_.find(place);
  if (found == entries_.end()) return false;
  unqueue(found->second);
  in_flight_.erase(place);
  const std::string ordering = std::move(found->second.ordering);
  entries_.erase(found);
  if (!ordering.empty()) leave_key(ordering, place);
  return true;
}

void exception_table::leave_key(const std::string& ordering, log_place place) {
  const auto key = keys_.find(ordering);
  const bool was_head = *key->second.begin() == place;
  key->second.erase(place);
  if (key->second.empty()) {
    keys_.erase(key);
  } else if (was_head) {
    exception_entry& next = entries_.at(*key->second.begin());
    if (next.attempts == 0) next.due = time_point{};
    queue(next);
  }
}

const exception_entry* exception_table::find(log_place place) const noexcept {
  const auto found = entries_.find(place);
  return found == entries_.end() ? nullptr : &found->second;
}

bool exception_table::holds(std::string_view ordering) const noexcept {
  return !ordering.empty() && keys_.contains(ordering);
}

const exception_entry* exception_table::take_due(time_point now) {
  if (due_.empty() || due_.begin()->due > now) return nullptr;
  const log_place place = due_.begin()->place;
  in_flight_.insert(place);
  due_.erase(due_.begin());
  return &entries_.at(place);
}

void exception_table::give_back(log_place place) {
  if (in_flight_.erase(place) == 0) return;
  const exception_entry& entry = entries_.at(place);
  if (is_head(entry)) queue(entry);
}

std::optional<time_point> exception_table::next_due() const noexcept {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->due;
}

void exception_table::clear() {
  entries_.clear();
  due_.clear();
  in_flight_.clear();
  keys_.clear();
}

}  // namespace eventmgr
