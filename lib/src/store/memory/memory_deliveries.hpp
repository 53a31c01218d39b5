#pragma once

#include "ports/event_store.hpp"
#include "store/memory/memory_attempts.hpp"
#include "store/memory/memory_dead_letters.hpp"
#include "store/memory/memory_redeliveries.hpp"
#include "store/memory/memory_snapshot.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

namespace eventmgr {

class memory_log;

/// What a memory store keeps of subscriptions and their deliveries. Answers the calls of `event_store` of the same
/// names. Not thread-safe.
class memory_deliveries {
 public:
  /// All but `fired`.
  void apply(const store_changes& changes);

  delivery_state load() const;
  std::vector<ledger_record> read_ledger(subscription_id subscription, std::uint32_t generation) const;
  dead_letter_page query_dead_letters(const dead_letter_query& query, const std::optional<dead_letter_bookmark>& from,
                                      const memory_log& events) const;
  std::optional<dead_letter> find_dead_letter(dead_letter_id id, const memory_log& events) const;
  dead_letter_summary summarise_dead_letters(const dead_letter_query& query, const memory_log& events) const;
  std::vector<dead_letter_count> count_dead_letters(const dead_letter_query& query, const memory_log& events) const;
  std::vector<dead_letter_record> dead_letters_of(partition_id partition, offset seq) const {
    return dead_letters_.of(partition, seq);
  }
  std::vector<attempt_record> attempts_of(partition_id partition, offset seq) const {
    return attempts_.of_all(partition, seq, max_attempt_page);
  }
  attempt_page list_attempts(subscription_id subscription, const std::optional<event_id>& event, std::uint64_t below,
                             std::uint32_t limit) const;
  const memory_redeliveries& redeliveries() const noexcept { return redeliveries_; }
  void copy_to(memory_snapshot_rows& rows) const;

 private:
  struct ledger_key {
    std::uint32_t generation{1};
    partition_id partition{};
    std::uint64_t block{0};

    friend auto operator<=>(const ledger_key&, const ledger_key&) = default;
  };
  using lane_key = std::pair<partition_id, priority>;
  using event_key = std::pair<partition_id, offset>;

  /// A subscription and all that goes with it.
  struct kept_subscription {
    subscription_record row{};
    std::map<std::uint64_t, revision_record> revisions{};
    std::map<lane_key, offset> floors{};
    std::map<ledger_key, ledger_record> ledger{};
    std::map<event_key, exception_record> exceptions{};
  };

  /// Null when there is none.
  kept_subscription* find(subscription_id id);
  bool must_stay(const delivery_key& key) const;
  dead_letter describe(const dead_letter_record& record, const event& of) const;
  std::vector<dead_letter_record> select(const dead_letter_query& query, const memory_log& events) const;

  std::map<subscription_id, kept_subscription> subscriptions_;
  memory_attempts attempts_;
  memory_dead_letters dead_letters_;
  memory_redeliveries redeliveries_;
};

}  // namespace eventmgr
