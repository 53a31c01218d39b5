#include "store/memory/memory_schedule.hpp"

#include "core/page_budget.hpp"

namespace eventmgr {

std::shared_ptr<const event> memory_schedule::find(event_id id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : by_time_.at(found->second);
}

void memory_schedule::add(const event& record, time_point due) {
  const place at{due, ++added_};
  auto kept = std::make_shared<event>(record);
  kept->deliver_at.reset();
  by_time_.emplace(at, std::move(kept));
  by_id_.emplace(record.id, at);
}

void memory_schedule::remove(event_id id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  by_time_.erase(found->second);
  by_id_.erase(found);
}

std::optional<scheduled_event> memory_schedule::look_up(event_id id) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  return scheduled_event{std::make_shared<event>(*by_time_.at(found->second)), found->second.first};
}

std::vector<scheduled_event> memory_schedule::read(std::uint32_t limit) const {
  std::vector<scheduled_event> events;
  page_budget left{limit};
  for (const auto& [at, record] : by_time_) {
    if (left.spent()) break;
    left.take(*record);
    events.push_back({std::make_shared<event>(*record), at.first});
  }
  return events;
}

}  // namespace eventmgr
