#include "store/memory/memory_redeliveries.hpp"

#include "core/page_budget.hpp"
#include "store/common/redelivery_retention.hpp"

#include <algorithm>

namespace eventmgr {
namespace {

redelivery_place place_of(const redelivery_record& row) noexcept { return {row.created_at, row.id}; }

}  // namespace

void memory_redeliveries::put(const redelivery_record& record) {
  by_id_[record.id].row = record;
  if (is_over(record.state)) retain(record.kind);
}

void memory_redeliveries::put(const replay_progress_record& record) {
  const auto found = by_id_.find(record.replay);
  if (found != by_id_.end()) found->second.progress[record.subscription] = record;
}

void memory_redeliveries::retain(redelivery_kind kind) {
  std::uint32_t over = 0;
  for (const kept* const each : newest(kind)) {
    if (!is_over(each->row.state) || ++over <= kept_redeliveries) continue;
    const uuid id = each->row.id;
    by_id_.erase(id);
  }
}

std::vector<const memory_redeliveries::kept*> memory_redeliveries::newest(redelivery_kind kind) const {
  std::vector<const kept*> found;
  for (const auto& [id, each] : by_id_) {
    if (each.row.kind == kind) found.push_back(&each);
  }
  std::ranges::sort(found, std::ranges::greater{}, [](const kept* each) { return place_of(each->row); });
  return found;
}

void memory_redeliveries::load(delivery_state& into) const {
  for (const auto& [id, each] : by_id_) {
    if (is_over(each.row.state)) continue;
    into.redeliveries.push_back(each.row);
    for (const auto& [subscription, row] : each.progress) into.progress.push_back(row);
  }
  std::ranges::sort(into.redeliveries, {}, place_of);
}

redelivery_record_page memory_redeliveries::list(redelivery_kind kind, const std::optional<redelivery_place>& from,
                                                 std::uint32_t limit) const {
  const std::vector<const kept*> all = newest(kind);
  redelivery_record_page page;
  page.total = all.size();
  page_budget left{std::clamp<std::uint32_t>(limit, 1, max_redelivery_page)};
  for (const kept* const each : all) {
    if (from && place_of(each->row) >= *from) continue;
    if (left.spent()) {
      page.next_cursor = make_redelivery_cursor(kind, place_of(page.records.back()));
      break;
    }
    page.records.push_back(each->row);
    left.take(each->row.request.size());
  }
  return page;
}

std::optional<redelivery_record> memory_redeliveries::find(const uuid& id) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  return found->second.row;
}

std::vector<replay_progress_record> memory_redeliveries::progress_of(const uuid& replay) const {
  std::vector<replay_progress_record> rows;
  const auto found = by_id_.find(replay);
  if (found == by_id_.end()) return rows;
  for (const auto& [subscription, row] : found->second.progress) rows.push_back(row);
  std::ranges::sort(rows, {}, &replay_progress_record::subscription_name);
  return rows;
}

}  // namespace eventmgr
