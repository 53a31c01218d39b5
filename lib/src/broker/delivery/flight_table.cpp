#include "broker/delivery/flight_table.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr {

namespace {

std::uint64_t bytes_of(const event& record) noexcept { return record.payload.size() + record.metadata.size(); }

bool is_fresh(const flight& item) noexcept { return !item.from_exception && !item.again; }

}  // namespace

void flight_table::begin(std::size_t count) { deliveries_.emplace(++last_delivery_, count); }

delivery_tag flight_table::add(flight item, std::optional<time> deadline) {
  const delivery_tag tag = ++serial_;
  bytes_ += bytes_of(*item.record);
  if (is_fresh(item)) ++fresh_;
  if (!item.ordering.empty()) orderings_.insert(item.ordering);
  flights_.emplace(tag, entry{.item = std::move(item), .delivery = last_delivery_, .deadline = deadline});
  if (deadline) deadlines_.emplace(*deadline, tag);
  return tag;
}

std::optional<flight> flight_table::take(delivery_tag tag) {
  const auto found = flights_.find(tag);
  if (found == flights_.end()) return std::nullopt;
  const auto of = deliveries_.find(found->second.delivery);
  if (--of->second == 0) deliveries_.erase(of);
  if (const auto deadline = found->second.deadline) deadlines_.erase({*deadline, tag});
  flight item = std::move(found->second.item);
  flights_.erase(found);
  bytes_ -= bytes_of(*item.record);
  if (is_fresh(item)) --fresh_;
  if (!item.ordering.empty()) orderings_.erase(item.ordering);
  return item;
}

std::optional<flight_table::time> flight_table::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

std::vector<delivery_tag> flight_table::overdue(time now) const {
  std::vector<delivery_tag> late;
  for (const auto& [deadline, tag] : deadlines_) {
    if (deadline > now) break;
    late.push_back(tag);
  }
  return late;
}

bool flight_table::holds(std::string_view ordering) const { return orderings_.contains(std::string{ordering}); }

const flight* flight_table::find(log_place place) const noexcept {
  const flight* again = nullptr;
  for (const auto& [tag, each] : flights_) {
    if (each.item.place != place) continue;
    if (!each.item.again) return &each.item;
    again = &each.item;
  }
  return again;
}

std::optional<time_point> flight_table::oldest() const {
  std::optional<time_point> at;
  for (const auto& [tag, each] : flights_) at = std::min(at.value_or(time_point::max()), each.item.record->received_at);
  return at;
}

std::vector<flight> flight_table::take_all() {
  std::vector<delivery_tag> tags;
  tags.reserve(flights_.size());
  for (const auto& [tag, each] : flights_) tags.push_back(tag);
  std::ranges::sort(tags);
  std::vector<flight> all;
  all.reserve(tags.size());
  for (const delivery_tag tag : tags) all.push_back(*take(tag));
  return all;
}

}  // namespace eventmgr
