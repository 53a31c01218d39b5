#include "broker/tail_ring.hpp"

#include <cassert>

namespace eventmgr {

const std::shared_ptr<const std::string>& ring_entry::shared_json() const {
  if (!json_) json_ = std::make_shared<const std::string>(to_json(*record_));
  return json_;
}

const event_document& ring_entry::document(const document_reader& reader) const {
  if (!document_) document_ = reader.open(record_);
  return *document_;
}

std::uint64_t ring_entry::bytes() const noexcept {
  // Payload and metadata stand twice, in the record and in the JSON, and once more for what the document knows of them;
  // the constant covers the fixed members of all.
  constexpr std::uint64_t fixed = 768;
  const event& e = *record_;
  return fixed + 3 * (e.payload.size() + e.metadata.size()) +
         2 * (e.type.size() + e.source.size() + e.topic.str().size());
}

const ring_entry& tail_ring::push(std::shared_ptr<const event> record) {
  assert(record->seq == head_.next());
  head_ = record->seq;
  const ring_entry& entry = entries_.emplace_back(std::move(record));
  bytes_ += entry.bytes();
  while (entries_.size() > 1 && (entries_.size() > max_events_ || bytes_ > max_bytes_)) {
    bytes_ -= entries_.front().bytes();
    entries_.pop_front();
  }
  return entry;
}

const ring_entry* tail_ring::find(offset seq) const noexcept {
  if (seq < first() || seq > head_) return nullptr;
  return &entries_[static_cast<std::size_t>(seq.value - first().value)];
}

}  // namespace eventmgr
