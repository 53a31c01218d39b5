#include "store/memory/memory_log.hpp"

#include "core/page_budget.hpp"
#include "store/common/partitioning.hpp"
#include "store/memory/query_match.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace eventmgr {
namespace {

/// How far one call of `read` looks for matches, as a real store bounds the work of a call.
constexpr std::uint64_t max_scan = 50'000;

/// The most places that one call of `read` looks at.
constexpr std::size_t max_places = 1000;

history_place place_of(const event& record) { return {record.received_at, record.partition, record.seq}; }

std::uint64_t bytes_of(const event& record) noexcept { return record.payload.size() + record.metadata.size(); }

bool selects(const log_request& request, const event& candidate) {
  return request.priorities.has(candidate.priority) &&
         (request.topics.empty() || std::ranges::any_of(request.topics, [&](const topic_pattern& pattern) {
            return pattern.matches(candidate.topic);
          }));
}

}  // namespace

std::shared_ptr<const event> memory_log::find(event_id id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

std::shared_ptr<const event> memory_log::find(partition_id partition, offset seq) const {
  if (partition.value >= logs_.size()) return nullptr;
  const log& events = logs_[partition.value];
  return seq.value >= 1 && seq.value <= events.size() ? events[seq.value - 1] : nullptr;
}

void memory_log::append(const std::shared_ptr<event>& record, time_point now) {
  record->partition = partition_for(record->topic, partition_count());
  log& events = logs_[record->partition.value];
  record->seq = {events.size() + 1};
  record->received_at = events.empty() ? now : std::max(now, events.back()->received_at);
  events.push_back(record);
  by_id_.emplace(record->id, record);
}

std::vector<partition_state> memory_log::states() const {
  std::vector<partition_state> states;
  states.reserve(logs_.size());
  for (const log& events : logs_) {
    states.push_back({{events.size()}, {1}, events.empty() ? time_point{} : events.back()->received_at});
  }
  return states;
}

std::span<const std::shared_ptr<const event>> memory_log::stretch(const log_request& request) const {
  if (request.partition.value >= logs_.size()) return {};
  const log& events = logs_[request.partition.value];
  const std::uint64_t last = std::min<std::uint64_t>(request.through.value, events.size());
  if (request.after.value >= last) return {};
  return std::span{events}.subspan(request.after.value, last - request.after.value);
}

log_page memory_log::read(const log_request& request) const {
  log_page page;
  page.scanned_through = request.after;
  std::uint64_t bytes = 0;
  const auto candidates = stretch(request);
  for (const auto& candidate : candidates.first(std::min<std::size_t>(candidates.size(), max_scan))) {
    if (selects(request, *candidate)) {
      bytes += bytes_of(*candidate);
      if (!page.events.empty() && (page.events.size() >= request.max_events || bytes > request.max_bytes)) break;
      page.events.push_back(candidate);
    }
    page.scanned_through = candidate->seq;
  }
  return page;
}

place_page memory_log::read(const place_request& request) const {
  place_page page;
  std::uint64_t bytes = 0;
  for (const offset place : request.places.first(std::min(request.places.size(), max_places))) {
    if (auto record = find(request.partition, place)) {
      bytes += bytes_of(*record);
      if (!page.events.empty() && bytes > request.max_bytes) break;
      page.events.push_back(std::move(record));
    }
    ++page.looked_at;
  }
  return page;
}

std::uint64_t memory_log::count(const log_request& request) const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(stretch(request), [&](const auto& candidate) { return selects(request, *candidate); }));
}

offset memory_log::place_of_last(const log_request& request, std::uint64_t count) const {
  const auto candidates = stretch(request);
  if (candidates.empty()) return request.after;
  if (count == 0) return candidates.back()->seq;
  for (std::size_t i = candidates.size(); i-- > 0;) {
    if (selects(request, *candidates[i]) && --count == 0) return {candidates[i]->seq.value - 1};
  }
  return request.after;
}

std::vector<event> memory_log::effects_of(std::span<const event_id> causes, std::uint32_t limit) const {
  std::vector<event> found;
  for (const event_id cause : causes) {
    for (const log& events : logs_) {
      for (const auto& each : events) {
        if (each->causation_id != cause) continue;
        if (found.size() == limit) return found;
        found.push_back(*each);
        found.back().payload.clear();
        found.back().metadata.clear();
      }
    }
  }
  return found;
}

event_page memory_log::query(const event_query& query, const std::optional<history_place>& from) const {
  const auto before = [&](const auto& a, const auto& b) {
    return query.order == sort_order::ascending ? place_of(*a) < place_of(*b) : place_of(*b) < place_of(*a);
  };
  log matching;
  for (const log& events : logs_) {
    std::ranges::copy_if(events, std::back_inserter(matching), [&](const auto& e) { return matches(query, *e); });
  }
  std::ranges::sort(matching, before);

  event_page page;
  page.total = std::min<std::uint64_t>(matching.size(), event_query::count_limit);
  page.total_is_exact = page.total == matching.size();
  auto next = matching.begin();
  if (from) {
    next = std::ranges::find_if(matching, [&](const auto& e) {
      return query.order == sort_order::ascending ? place_of(*e) > *from : place_of(*e) < *from;
    });
  } else {
    next += static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(query.skip, matching.size()));
  }
  for (page_budget left{query.limit}; next != matching.end() && !left.spent(); ++next) {
    left.take(**next);
    page.events.push_back(**next);
  }
  page.has_more = next != matching.end();
  if (page.has_more) page.next_cursor = make_history_cursor(query, place_of(page.events.back()));
  return page;
}

void memory_log::copy_to(memory_snapshot_rows& rows) const {
  rows.logs = logs_;
  for (const auto& [id, record] : by_id_) rows.ids.push_back({id, record->partition, record->seq});
}

position memory_log::position_at(time_point at) const {
  position place;
  for (const log& events : logs_) {
    const auto first = std::ranges::lower_bound(events, at, {}, [](const auto& e) { return e->received_at; });
    place.after.push_back({static_cast<std::uint64_t>(first - events.begin())});
  }
  return place;
}

}  // namespace eventmgr
