#include "store/sqlite/redelivery_reader.hpp"

#include "core/page_budget.hpp"
#include "store/sqlite/column_values.hpp"
#include "store/sqlite/position_column.hpp"
#include "store/sqlite/reader.hpp"

#include <algorithm>
#include <string>

namespace eventmgr::sqlite {
namespace {

statement select_redeliveries(reader& from, const char* rest) {
  return {from.database(),
          std::string{"SELECT id, kind, state, total, delivered, failed, skipped, forgiven, created_at, updated_at, "
                      "after, through, reason, request FROM redeliveries "} +
              rest};
}

redelivery_record record_in(const statement& row) {
  redelivery_record record;
  record.id = row.id(0);
  record.kind = static_cast<redelivery_kind>(row.integer(1));
  record.state = static_cast<redelivery_state>(row.integer(2));
  record.total = count_in(row, 3);
  record.delivered = count_in(row, 4);
  record.failed = count_in(row, 5);
  record.skipped = count_in(row, 6);
  record.forgiven = count_in(row, 7);
  record.created_at = time_of(row.integer(8));
  record.updated_at = time_of(row.integer(9));
  record.from = position_in(row, 10);
  record.to = position_in(row, 11);
  record.reason = row.text(12);
  record.request = row.text(13);
  return record;
}

}  // namespace

void load_redeliveries(reader& from, delivery_state& into) {
  statement rows = select_redeliveries(from, "WHERE state IN (0, 1, 3) ORDER BY created_at, id");
  while (rows.step()) {
    into.redeliveries.push_back(record_in(rows));
    const auto progress = progress_of(from, into.redeliveries.back().id);
    into.progress.insert(into.progress.end(), progress.begin(), progress.end());
  }
}

redelivery_record_page list_redeliveries(reader& from, redelivery_kind kind,
                                         const std::optional<redelivery_place>& behind, std::uint32_t limit) {
  redelivery_record_page page;
  statement count{from.database(), "SELECT count(*) FROM redeliveries WHERE kind = ?1"};
  count.bind(1, static_cast<std::int64_t>(kind));
  if (count.step()) page.total = count_in(count, 0);

  const std::uint32_t most = std::clamp<std::uint32_t>(limit, 1, max_redelivery_page);
  statement rows = select_redeliveries(
      from, behind ? "WHERE kind = ?1 AND (created_at, id) < (?3, ?4) ORDER BY created_at DESC, id DESC LIMIT ?2"
                   : "WHERE kind = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2");
  rows.bind(1, static_cast<std::int64_t>(kind));
  rows.bind(2, std::int64_t{most} + 1);
  if (behind) {
    rows.bind(3, milliseconds_of(behind->created_at));
    rows.bind(4, behind->id);
  }
  page_budget left{most};
  while (rows.step()) {
    if (left.spent()) {
      const redelivery_record& last = page.records.back();
      page.next_cursor = make_redelivery_cursor(kind, {last.created_at, last.id});
      break;
    }
    page.records.push_back(record_in(rows));
    left.take(page.records.back().request.size());
  }
  return page;
}

std::optional<redelivery_record> find_redelivery(reader& from, const uuid& id) {
  statement rows = select_redeliveries(from, "WHERE id = ?1");
  rows.bind(1, id);
  if (!rows.step()) return std::nullopt;
  return record_in(rows);
}

std::vector<replay_progress_record> progress_of(reader& from, const uuid& replay) {
  statement rows{from.database(),
                 "SELECT subscription, passed, delivered, failed, done, floor, subscription_name FROM replay_progress "
                 "WHERE replay = ?1 ORDER BY subscription_name, subscription"};
  rows.bind(1, replay);
  std::vector<replay_progress_record> records;
  while (rows.step()) {
    replay_progress_record& record = records.emplace_back();
    record.replay = replay;
    record.subscription = {rows.id(0)};
    record.passed = count_in(rows, 1);
    record.delivered = count_in(rows, 2);
    record.failed = count_in(rows, 3);
    record.done = rows.integer(4) != 0;
    record.floor = position_in(rows, 5);
    record.subscription_name = rows.text(6);
  }
  return records;
}

}  // namespace eventmgr::sqlite
