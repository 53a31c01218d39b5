#include "store/memory/memory_snapshot.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace eventmgr {
namespace {

constexpr std::ptrdiff_t page_size = 1000;

bool lies_in(const offset_span& where, const delivery_key& key) {
  return key.partition == where.partition && key.seq >= where.first && key.seq <= where.last;
}

class memory_snapshot final : public store_snapshot {
 public:
  explicit memory_snapshot(memory_snapshot_rows rows) : rows_{std::move(rows)} {
    std::ranges::sort(rows_.ids, {}, &id_entry::id);
  }

  std::vector<std::string> faults() override { return {}; }
  std::vector<std::string> orphans() override { return {}; }

  std::vector<partition_claim> partitions() override {
    std::vector<partition_claim> claims;
    claims.reserve(rows_.logs.size());
    for (const auto& log : rows_.logs) claims.push_back({.head = log.empty() ? offset{} : log.back()->seq});
    return claims;
  }

  std::vector<std::shared_ptr<const event>> read_log(partition_id partition, offset after) override {
    const auto& log = rows_.logs.at(partition.value);
    const auto first = std::ranges::upper_bound(log, after, {}, [](const auto& record) { return record->seq; });
    return {first, first + std::min(page_size, std::distance(first, log.end()))};
  }

  void visit_ids(const visitor<id_entry>& visit) override { std::ranges::for_each(rows_.ids, visit); }

  std::vector<subscription_state> subscriptions() override { return rows_.subscriptions; }
  std::vector<dead_letter_total> dead_letter_totals() override { return rows_.totals; }

  void visit_ledger(block_span where, const visitor<ledger_record>& visit) override {
    for (const ledger_record& row : rows_.ledger) {
      if (row.partition == where.partition && row.block >= where.first && row.block <= where.last) visit(row);
    }
  }

  void visit_exceptions(offset_span where, const visitor<exception_record>& visit) override {
    for (const exception_record& row : rows_.exceptions) {
      if (lies_in(where, row.key)) visit(row);
    }
  }

  void visit_dead_letters(offset_span where, const visitor<dead_letter_record>& visit) override {
    for (const dead_letter_record& row : rows_.dead_letters) {
      if (lies_in(where, row.key)) visit(row);
    }
  }

 private:
  memory_snapshot_rows rows_;
};

}  // namespace

std::unique_ptr<store_snapshot> make_memory_snapshot(memory_snapshot_rows rows) {
  return std::make_unique<memory_snapshot>(std::move(rows));
}

}  // namespace eventmgr
