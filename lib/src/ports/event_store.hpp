#pragma once

#include <eventmgr/event.hpp>
#include <eventmgr/position.hpp>
#include <eventmgr/query.hpp>
#include <eventmgr/topic_info.hpp>

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
};

/// One event on its way into the log.
struct append_entry {
  std::shared_ptr<event> record{};  ///< not shared with readers until the commit has succeeded
  append_outcome outcome{append_outcome::pending};
  partition_id original_partition{};  ///< for `duplicate`
  offset original_seq{};
  topic_name original_topic{};
};

/// All that one commit does. Entries are appended in order.
struct commit_batch {
  std::span<append_entry> entries{};
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
  std::uint32_t max_events{100};
  std::uint64_t max_bytes{4ULL << 20U};  ///< of payloads; one event is always given
};

/// A run of the log, in offset order.
struct log_page {
  std::vector<std::shared_ptr<const event>> events{};
  offset scanned_through{};  ///< everything to here that matches is in `events` or before it
  offset first{1};           ///< the oldest offset kept when the page was read: below it lies a gap
};

/// The system of record. Offsets are assigned inside `commit`, without gaps, partition by partition.
///
/// Calls marked *writer* come from one thread at a time; the others from any thread, also while a commit runs. Every
/// call throws `error` with `store_unavailable` when the store cannot serve it (disk full, I/O error, locked, closed);
/// the store recovers by itself once the cause is gone. Nothing else is thrown.
class event_store {
 public:
  virtual ~event_store() = default;

  /// *Writer.* Appends the entries in one transaction and returns once they would survive a power cut. Duplicates take
  /// no offset. When it throws, nothing of the batch is stored and every entry is `pending` with `seq` 0. A commit
  /// whose end was uncertain has been looked up before it throws.
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

  virtual std::optional<event> find_event(event_id id) = 0;

  /// `invalid_request` for a cursor that is not one of this query.
  virtual result<event_page> query_events(const event_query& query) = 0;

  /// The place before the first event received at `at` or later, by bisection in each partition.
  virtual position position_at(time_point at) = 0;

  /// Topics by name, after `cursor` (empty: from the first), at most `limit`. `subscriber_count` is left 0.
  virtual topic_page list_topics(std::string_view cursor, std::uint32_t limit) = 0;

  virtual std::optional<topic_info> find_topic(const topic_name& topic) = 0;

  /// Empty while all is well, else why the last write or read failed.
  virtual std::string trouble() const = 0;
};

}  // namespace eventmgr
