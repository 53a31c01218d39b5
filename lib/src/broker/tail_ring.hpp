#pragma once

#include "ports/document_reader.hpp"

#include <eventmgr/event.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

namespace eventmgr {

/// An event in memory, with its JSON, and its document for filters, made when somebody first asks. Used on the core's
/// thread.
class ring_entry {
 public:
  explicit ring_entry(std::shared_ptr<const event> record) : record_{std::move(record)} {}

  const std::shared_ptr<const event>& record() const noexcept { return record_; }

  const std::string& json() const { return *shared_json(); }

  /// For those who keep it longer than the entry.
  const std::shared_ptr<const std::string>& shared_json() const;

  /// The same for everybody, and as long as the entry.
  const event_document& document(const document_reader& reader) const;

  /// What the entry is counted as: an estimate that does not change, JSON and document included.
  std::uint64_t bytes() const noexcept;

 private:
  std::shared_ptr<const event> record_;
  mutable std::shared_ptr<const std::string> json_;
  mutable std::unique_ptr<const event_document> document_;
};

/// The newest events of one partition: a run of offsets without holes that ends at the head, bounded in events and
/// bytes. Used on the core's thread.
class tail_ring {
 public:
  tail_ring(offset head, std::uint64_t max_events, std::uint64_t max_bytes)
      : head_{head}, max_events_{max_events}, max_bytes_{max_bytes} {}
  tail_ring(tail_ring&&) = default;
  tail_ring(const tail_ring&) = delete;

  /// The event's offset must be the one after the head. Drops the oldest entries over the bounds, never the new one.
  const ring_entry& push(std::shared_ptr<const event> record);

  /// Null if the offset is older than the ring, or newer than its head.
  const ring_entry* find(offset seq) const noexcept;

  offset head() const noexcept { return head_; }

  /// The oldest offset held; the one after the head when empty.
  offset first() const noexcept { return {head_.value + 1 - entries_.size()}; }

 private:
  std::deque<ring_entry> entries_{};
  offset head_;
  std::uint64_t bytes_{0};
  std::uint64_t max_events_;
  std::uint64_t max_bytes_;
};

}  // namespace eventmgr
