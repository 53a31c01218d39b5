#pragma once

#include "core/priority_set.hpp"
#include "ports/delivery_records.hpp"

#include <eventmgr/dead_letter.hpp>
#include <eventmgr/error.hpp>
#include <eventmgr/event.hpp>
#include <eventmgr/position.hpp>
#include <eventmgr/query.hpp>
#include <eventmgr/topic_info.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// What became of one event of a commit.
enum class append_outcome : std::uint8_t {
  pending,    ///< the commit has not run, or it failed
  stored,     ///< `record` has its partition, offset and time of receipt
  duplicate,  ///< its id was taken, in the store or earlier in the commit: `original_*` name the first one
  scheduled,  ///< it waits for `deliver_at`, and has no offset until then
};

/// One event on its way into the log, or, if it has a `deliver_at`, onto the schedule.
struct append_entry {
  std::shared_ptr<event> record{};  ///< not shared with readers until the commit has succeeded
  append_outcome outcome{append_outcome::pending};
  partition_id original_partition{};  ///< for `duplicate`
  offset original_seq{};              ///< 0: the first one is on the schedule
  topic_name original_topic{};
};

/// All that one commit does: first the changes, in order, then the entries, in order.
struct commit_batch {
  std::span<append_entry> entries{};
  std::span<const store_changes* const> changes{};
  time_point now{};  ///< time of receipt, unless the partition has already seen a later one
};

/// A declaration of a topic to be made or changed.
enum class declare_mode : std::uint8_t { create, replace };

/// What a partition holds.
struct partition_state {
  offset head{};    ///< the newest offset; 0 when empty
  offset first{1};  ///< the oldest offset that is kept; head + 1 when none is
  time_point last_received{};
};

/// The part of a log that a reader asks for.
struct log_request {
  partition_id partition{};
  offset after{};                           ///< exclusive
  offset through{UINT64_MAX};               ///< inclusive
  std::span<const topic_pattern> topics{};  ///< events on other topics are passed over; empty: all
  priority_set priorities{priority_set::all()};
  std::uint32_t max_events{100};
  std::uint64_t max_bytes{4ULL << 20U};  ///< of payloads and metadata; one event is always given
};

/// A run of the log, in offset order.
struct log_page {
  std::vector<std::shared_ptr<const event>> events{};
  offset scanned_through{};  ///< everything to here that matches is in `events` or before it
  offset first{1};           ///< the oldest offset kept when the page was read: below it lies a gap
};

/// What `commit` throws where one part of the batch may be the cause: the others may be stored by themselves.
class batch_refused : public error {
 public:
  using error::error;
};

/// Events of one partition that a reader asks for by their places.
struct place_request {
  partition_id partition{};
  std::span<const offset> places{};
  std::uint64_t max_bytes{4ULL << 20U};  ///< of payloads and metadata; one event is always given
};

/// Those of the first places that exist, in the order asked for.
struct place_page {
  std::vector<std::shared_ptr<const event>> events{};
  std::size_t looked_at{0};  ///< so many of the places; the others are to be asked for again
};

class store_snapshot;

/// The system of record. Offsets are assigned inside `commit`, without gaps, partition by partition.
///
/// Calls marked *writer* come from one thread at a time; the others from any thread, also while a commit runs. Every
/// call throws `error` with `store_unavailable` when the store cannot serve it (disk full, I/O error, locked, closed);
/// the store recovers by itself once the cause is gone. Nothing else is thrown.
class event_store {
 public:
  virtual ~event_store() = default;

  /// *Writer.* Makes the changes and appends the entries in one transaction and returns once they would survive a power
  /// cut. Duplicates take no offset; an id on the schedule counts as taken, unless the same batch takes it off as
  /// `fired`. When it throws, nothing of the batch is stored and every entry is `pending` with `seq` 0. A commit whose
  /// end was uncertain has been looked up before it throws. Changes to a subscription that does not exist, but for what
  /// makes it, are passed over. `batch_refused` is thrown only where the batch, not the store, may be the cause.
  virtual void commit(commit_batch& batch) = 0;

  /// *Writer.* Declares a topic or changes its declaration. `create` on a declared topic is `conflict`; `replace` makes
  /// what is missing. The flag says whether a declaration was made anew.
  virtual result<bool> declare_topic(const topic_declaration& declaration, declare_mode mode, time_point now) = 0;

  /// *Writer.* Takes a declaration back; the topic's events and counts stay. `not_found` if it is not declared.
  virtual result<void> undeclare_topic(const topic_name& topic) = 0;

  virtual std::uint16_t partition_count() const noexcept = 0;
  virtual partition_id partition_of(const topic_name& topic) const noexcept = 0;

  /// The state of each partition. Never waits for a commit.
  virtual std::vector<partition_state> partitions() const = 0;

  virtual log_page read_log(const log_request& request) = 0;

  /// At most 1,000 places are looked at.
  virtual place_page read_events(const place_request& request) = 0;

  /// How many events `request` selects; its `max_*` are not looked at. By the index of topics: about 50 ns an event.
  virtual std::uint64_t count_log(const log_request& request) = 0;

  /// The place after which the newest `count` events of what `request` selects lie; `after` when there are fewer.
  virtual offset place_of_last(const log_request& request, std::uint64_t count) = 0;

  virtual std::optional<event> find_event(event_id id) = 0;

  /// The events that name one of these as their cause: those of the first cause first, each cause's in the order of
  /// partition and offset; at most `limit` in all. Without payload and metadata, so that an answer is small.
  virtual std::vector<event> effects_of(std::span<const event_id> causes, std::uint32_t limit) = 0;

  /// `invalid_request` for a cursor that is not one of this query.
  virtual result<event_page> query_events(const event_query& query) = 0;

  /// The place before the first event received at `at` or later, by bisection in each partition.
  virtual position position_at(time_point at) = 0;

  /// Topics by name, after `cursor` (empty: from the first), at most `limit`. `subscriber_count` is left 0.
  virtual topic_page list_topics(std::string_view cursor, std::uint32_t limit) = 0;

  virtual std::optional<topic_info> find_topic(const topic_name& topic) = 0;

  /// For the start of the program: takes as long as it takes.
  virtual delivery_state load_deliveries() = 0;

  /// The ledger of one subscription's generation, by partition and block.
  virtual std::vector<ledger_record> read_ledger(subscription_id subscription, std::uint32_t generation) = 0;

  /// `invalid_request` for a cursor that is not one of this query.
  virtual result<dead_letter_page> query_dead_letters(const dead_letter_query& query) = 0;

  virtual std::optional<dead_letter> find_dead_letter(dead_letter_id id) = 0;

  /// Of what the query selects; its `limit`, `cursor` and `oldest_first` are not looked at.
  virtual dead_letter_summary summarise_dead_letters(const dead_letter_query& query) = 0;

  /// So many of each subscription; as above.
  virtual std::vector<dead_letter_count> count_dead_letters(const dead_letter_query& query) = 0;

  /// The dead letters of one event, without its record, also of subscriptions that were deleted; by subscription.
  virtual std::vector<dead_letter_record> dead_letters_of(event_id event) = 0;

  /// Attempts for one event that are kept, of every subscription, in the order of their time; the oldest 1,000.
  virtual std::vector<attempt_record> attempts_of(partition_id partition, offset seq) = 0;

  /// Requeue plans or replays; a page ends at `limit`, or at 8 MiB of requests. All that are not over are kept, and of
  /// the others the newest 1,000 of each kind.
  /// `invalid_request` for a cursor that is not one of this list.
  virtual result<redelivery_record_page> list_redeliveries(redelivery_kind kind, std::string_view cursor,
                                                           std::uint32_t limit) = 0;
  virtual std::optional<redelivery_record> find_redelivery(uuid id) = 0;
  virtual std::vector<replay_progress_record> progress_of(uuid replay) = 0;  ///< by the subscription's name

  /// Attempts of one subscription that are kept, the newest first; of one event only, if it is given.
  /// `invalid_request` for a cursor that is not one of this list.
  virtual result<attempt_page> list_attempts(subscription_id subscription, std::optional<event_id> event,
                                             std::string_view cursor, std::uint32_t limit) = 0;

  /// Scheduled events in the order of their time, those of one time in the order in which they came; at most `limit`,
  /// and fewer where they are large.
  virtual std::vector<scheduled_event> read_schedule(std::uint32_t limit) = 0;

  /// One of them, while it is on the schedule.
  virtual std::optional<scheduled_event> find_scheduled(event_id id) = 0;

  /// How many events are on the schedule. Cheap, however many they are.
  virtual std::uint64_t count_schedule() = 0;

  /// All of the store as it is now, for as long as the snapshot lives. Commits go on beside it.
  virtual std::unique_ptr<store_snapshot> snapshot() = 0;

  /// Empty while all is well, else why the last write or read failed.
  virtual std::string trouble() const = 0;
};

}  // namespace eventmgr
