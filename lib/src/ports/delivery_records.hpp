#pragma once

#include <eventmgr/dead_letter.hpp>
#include <eventmgr/event.hpp>
#include <eventmgr/position.hpp>
#include <eventmgr/subscription.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr {

/// Ledger counts are kept for blocks of so many offsets.
inline constexpr std::uint64_t ledger_block_size = 65536;

/// The block of an offset.
inline constexpr std::uint64_t ledger_block_of(offset seq) noexcept { return seq.value / ledger_block_size; }

/// A durable subscription's row.
struct subscription_record {
  subscription_id id{};
  std::string name{};        ///< unique
  std::string definition{};  ///< as `subscription_texts::store` wrote it
  subscription_status status{subscription_status::active};
  std::string status_reason{};
  std::uint32_t generation{1};
  std::uint64_t revision{1};
  position skip_through{};  ///< events to here that have no outcome are skipped; empty: none
  time_point created_at{};
  time_point updated_at{};

  friend bool operator==(const subscription_record&, const subscription_record&) = default;
};

/// What decides matching, and from where on.
struct revision_record {
  subscription_id subscription{};
  std::uint64_t revision{1};
  std::uint32_t generation{1};
  position from{};         ///< exclusive
  std::string matching{};  ///< topics, filter and minimum priority, as `subscription_texts::matching` wrote it
  time_point at{};

  friend bool operator==(const revision_record&, const revision_record&) = default;
};

/// Everything up to `floor` in this lane that matched has an outcome or an exception row.
struct floor_record {
  subscription_id subscription{};
  partition_id partition{};
  priority lane{priority::critical};
  offset floor{};

  friend bool operator==(const floor_record&, const floor_record&) = default;
};

/// Counts of one block of offsets. In a change: what is to be added.
struct ledger_record {
  subscription_id subscription{};
  std::uint32_t generation{1};
  partition_id partition{};
  std::uint64_t block{0};
  std::uint64_t matched{0};
  std::uint64_t acknowledged{0};
  std::uint64_t expired{0};
  std::uint64_t dead{0};
  std::uint64_t skipped{0};

  friend bool operator==(const ledger_record&, const ledger_record&) = default;
};

/// Names what one subscription does with one event.
struct delivery_key {
  subscription_id subscription{};
  partition_id partition{};
  offset seq{};

  friend auto operator<=>(const delivery_key&, const delivery_key&) = default;
};

/// An event that must wait: for its next attempt, or behind its ordering key.
struct exception_record {
  delivery_key key{};
  priority lane{priority::critical};
  std::uint32_t attempts{0};  ///< failed so far; 0: only held back
  time_point due{};           ///< of the next attempt; of one that is held back: the epoch
  std::string ordering{};     ///< the topic or key that it holds back, or behind which it waits; else empty

  friend bool operator==(const exception_record&, const exception_record&) = default;
};

struct attempt_record {
  subscription_id subscription{};
  delivery_attempt attempt{};

  friend bool operator==(const attempt_record&, const attempt_record&) = default;
};

struct dead_letter_record {
  dead_letter_id id{};
  delivery_key key{};
  std::uint32_t generation{1};  ///< of the subscription, when it gave the event up
  priority lane{priority::critical};
  event_id event{};
  std::string subscription_name{};
  std::string reason{};
  std::string fingerprint{};  ///< `failure_fingerprint(reason)`
  std::uint32_t attempts{0};  ///< in a change: those that have come since it was last given up
  time_point failed_at{};
  dead_letter_state state{dead_letter_state::open};
  /// Whether the ledger counts it. A replay may give up what the subscription itself had acknowledged: false then.
  bool counted{true};
  /// In a change: whether one that was closed is open again. A requeue was of one that was open: false then.
  bool reopens{true};

  friend bool operator==(const dead_letter_record&, const dead_letter_record&) = default;
};

enum class redelivery_kind : std::uint8_t { requeue, replay };

/// How a requeue plan or a replay stands.
enum class redelivery_state : std::uint8_t { started, running, completed, stopped, cancelled, failed };

/// A requeue plan or a replay.
struct redelivery_record {
  uuid id{};
  redelivery_kind kind{redelivery_kind::requeue};
  std::string request{};  ///< as `redelivery_texts` wrote it
  redelivery_state state{redelivery_state::running};
  std::string reason{};  ///< why it stands so
  position from{};       ///< of a replay: exclusive
  position to{};         ///< of a replay: inclusive
  std::uint64_t total{0};
  std::uint64_t delivered{0};
  std::uint64_t failed{0};
  std::uint64_t skipped{0};
  std::uint64_t forgiven{0};  ///< of `failed`: before it was last resumed
  time_point created_at{};
  time_point updated_at{};

  friend bool operator==(const redelivery_record&, const redelivery_record&) = default;
};

/// How far a replay has come with one subscription.
struct replay_progress_record {
  uuid replay{};
  subscription_id subscription{};
  std::string subscription_name{};
  position floor{};         ///< everything to here is done with
  std::uint64_t passed{0};  ///< events of the replay up to the floor, for whichever of its subscriptions
  std::uint64_t delivered{0};
  std::uint64_t failed{0};
  bool done{false};

  friend bool operator==(const replay_progress_record&, const replay_progress_record&) = default;
};

/// State of delivery that is to change in one commit. Applied in the order of the members.
struct store_changes {
  /// These go, with their revisions, floors, ledger, exceptions and attempts. Their dead letters stay.
  std::vector<subscription_id> removed{};
  /// Floors and exceptions of these go: they begin anew.
  std::vector<subscription_id> restarted{};
  std::vector<subscription_record> subscriptions{};  ///< made or replaced, by id
  std::vector<revision_record> revisions{};          ///< made or replaced, by subscription and revision
  std::vector<floor_record> floors{};                ///< made or replaced
  std::vector<ledger_record> ledger{};               ///< added to what is there
  std::vector<delivery_key> settled{};               ///< exceptions that go; absent ones are no error
  std::vector<exception_record> exceptions{};        ///< made or replaced
  std::vector<attempt_record> attempts{};            ///< added
  /// Made, or replaced by subscription and event. Of one that is replaced the id stays, and attempts are added to those
  /// that it had; the state stays if the new one does not reopen it; if the new one is not counted and the old one was,
  /// generation and `counted` stay.
  std::vector<dead_letter_record> dead_letters{};
  std::vector<delivery_key> redeemed{};            ///< open dead letters of these become `delivered`; absent: no error
  std::vector<dead_letter_id> discarded{};         ///< of these, open ones become `discarded`; absent: no error
  std::vector<redelivery_record> redeliveries{};   ///< made or replaced, by id
  std::vector<replay_progress_record> progress{};  ///< made or replaced, by replay and subscription
  std::vector<event_id> fired{};                   ///< scheduled events that are taken off the schedule

  bool empty() const noexcept {
    return removed.empty() && restarted.empty() && subscriptions.empty() && revisions.empty() && floors.empty() &&
           ledger.empty() && settled.empty() && exceptions.empty() && attempts.empty() && dead_letters.empty() &&
           redeemed.empty() && discarded.empty() && redeliveries.empty() && progress.empty() && fired.empty();
  }
};

/// What a broker needs to know of deliveries when it starts.
struct delivery_state {
  struct dead_place {
    delivery_key key{};
    priority lane{priority::critical};

    friend bool operator==(const dead_place&, const dead_place&) = default;
  };

  std::vector<subscription_record> subscriptions{};
  std::vector<revision_record> revisions{};  ///< of each subscription's generation, ascending
  std::vector<floor_record> floors{};
  std::vector<exception_record> exceptions{};
  /// Counted dead letters of each subscription's generation, open or not, above their lane's floor.
  std::vector<dead_place> dead_above_floor{};
  std::vector<ledger_record> totals{};            ///< of each subscription's generation, over all partitions and blocks
  std::vector<redelivery_record> redeliveries{};  ///< those `started`, `running` or `stopped`, the oldest first
  std::vector<replay_progress_record> progress{};  ///< of these
};

/// Dead letters of one subscription, which may be gone.
struct dead_letter_count {
  subscription_id subscription{};
  std::uint64_t count{0};
  time_point oldest{};  ///< `failed_at`
  time_point newest{};

  friend bool operator==(const dead_letter_count&, const dead_letter_count&) = default;
};

/// Requeue plans or replays.
struct redelivery_record_page {
  std::vector<redelivery_record> records{};  ///< the newest first
  std::uint64_t total{0};
  std::string next_cursor{};
};

/// An event that is to be published later.
struct scheduled_event {
  std::shared_ptr<event> record{};  ///< ready to be appended: no `deliver_at`, offset or time of receipt
  time_point due{};
};

}  // namespace eventmgr
