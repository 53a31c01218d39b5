#pragma once

#include "proof_fixture.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr::test {

/// A snapshot of which something is lost or changed on the way.
class damaged_snapshot final : public store_snapshot {
 public:
  explicit damaged_snapshot(std::unique_ptr<store_snapshot> whole) : whole_{std::move(whole)} {}

  // Each may change its row, and says whether it is there.
  std::function<bool(event&)> of_event{};
  std::function<bool(ledger_record&)> of_ledger{};
  std::function<bool(exception_record&)> of_exception{};
  std::function<bool(dead_letter_record&)> of_dead_letter{};
  std::function<void(partition_claim&)> of_claim{};
  std::function<void(subscription_state&)> of_subscription{};
  std::function<void(id_entry&)> of_id{};
  std::vector<std::string> said{};
  std::vector<std::string> left_over{};

  std::vector<std::string> faults() override { return said; }
  std::vector<std::string> orphans() override { return left_over; }
  std::vector<dead_letter_total> dead_letter_totals() override { return whole_->dead_letter_totals(); }

  std::vector<partition_claim> partitions() override {
    auto claims = whole_->partitions();
    if (of_claim) of_claim(claims.front());
    return claims;
  }

  std::vector<std::shared_ptr<const event>> read_log(partition_id partition, offset after) override {
    std::vector<std::shared_ptr<const event>> page;
    while (page.empty()) {
      const auto whole = whole_->read_log(partition, after);
      if (whole.empty()) break;
      for (const auto& record : whole) {
        auto copy = std::make_shared<event>(*record);
        if (!of_event || of_event(*copy)) page.push_back(std::move(copy));
      }
      after = whole.back()->seq;
    }
    return page;
  }

  void visit_ids(const visitor<id_entry>& visit) override {
    whole_->visit_ids([&](id_entry entry) {
      if (of_id) of_id(entry);
      visit(entry);
    });
  }

  std::vector<subscription_state> subscriptions() override {
    auto all = whole_->subscriptions();
    if (of_subscription) std::ranges::for_each(all, of_subscription);
    return all;
  }

  void visit_ledger(block_span where, const visitor<ledger_record>& visit) override {
    whole_->visit_ledger(where, [&](ledger_record row) {
      if (!of_ledger || of_ledger(row)) visit(row);
    });
  }
  void visit_exceptions(offset_span where, const visitor<exception_record>& visit) override {
    whole_->visit_exceptions(where, [&](exception_record row) {
      if (!of_exception || of_exception(row)) visit(row);
    });
  }
  void visit_dead_letters(offset_span where, const visitor<dead_letter_record>& visit) override {
    whole_->visit_dead_letters(where, [&](dead_letter_record row) {
      if (!of_dead_letter || of_dead_letter(row)) visit(row);
    });
  }

 private:
  const std::unique_ptr<store_snapshot> whole_;
};

}  // namespace eventmgr::test
