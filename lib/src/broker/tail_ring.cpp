#include "broker/tail_ring.hpp"

#include <cassert>

namespace eventmgr {

const shared_event& tail_ring::push(std::shared_ptr<const event> record) {
  assert(record->seq == head_.next());
  head_ = record->seq;
  const shared_event& entry = entries_.emplace_back(std::move(record));
  bytes_ += entry.bytes();
  while (entries_.size() > 1 && (entries_.size() > max_events_ || bytes_ > max_bytes_)) {
    bytes_ -= entries_.front().bytes();
    entries_.pop_front();
  }
  return entry;
}

const shared_event* tail_ring::find(offset seq) const noexcept {
  if (seq < first() || seq > head_) return nullptr;
  return &entries_[static_cast<std::size_t>(seq.value - first().value)];
}

}  // namespace eventmgr
