#pragma once

#include "contract/store_kinds.hpp"
#include "support/delivery_records.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr::testing {

/// A store with two subscriptions and events on several topics.
class letters {
 public:
  explicit letters(const store_kind& kind) : subject_{kind.make()} {
    for (int i = 0; i < 12; ++i) {
      auto record = make_.make(i % 3 == 0 ? "a/b" : "c/" + std::to_string(i % 2));
      record->type = i % 4 == 0 ? "special" : "usual";
      events_.push_back(std::move(record));
    }
    commit(store(), events_);
    commit_changes(store(), {.subscriptions = {make_subscription(1), make_subscription(2)}});
  }

  contract_store& subject() { return *subject_; }
  event_store& store() { return subject_->store(); }
  const event& at(std::size_t index) const { return *events_[index]; }
  dead_letter_id next_id() { return {make_.next_id().value}; }

  /// Gives up an event.
  dead_letter_record put(std::uint8_t subscription, std::size_t index, std::int64_t failed_at,
                         std::string reason = "HTTP 500") {
    dead_letter_record record = make_dead_letter(subscription, at(index), next_id());
    record.failed_at = at_ms(failed_at);
    record.reason = std::move(reason);
    record.fingerprint = failure_fingerprint(record.reason);
    commit_changes(store(), {.dead_letters = {record}});
    return record;
  }

  std::vector<dead_letter_id> find(const dead_letter_query& query) {
    std::vector<dead_letter_id> ids;
    const auto page = store().query_dead_letters(query).value();
    CHECK(page.next_cursor.empty());
    CHECK(page.total == page.dead_letters.size());
    for (const dead_letter& letter : page.dead_letters) ids.push_back(letter.id);
    return ids;
  }

 private:
  std::unique_ptr<contract_store> subject_;
  event_maker make_;
  std::vector<std::shared_ptr<event>> events_;
};

}  // namespace eventmgr::testing
