#include "broker/shared_event.hpp"

namespace eventmgr {

const std::shared_ptr<const std::string>& shared_event::shared_json() const {
  std::call_once(encoded_, [this] { json_ = std::make_shared<const std::string>(to_json(*record_)); });
  return json_;
}

const event_document& shared_event::document(const document_reader& reader) const {
  std::call_once(opened_, [&] { document_ = reader.open(record_); });
  return *document_;
}

std::uint64_t shared_event::bytes() const noexcept {
  // Payload and metadata stand twice, in the record and in the JSON, and once more for what the document knows of them;
  // the constant covers the fixed members of all.
  constexpr std::uint64_t fixed = 768;
  const event& e = *record_;
  return fixed + 3 * (e.payload.size() + e.metadata.size()) +
         2 * (e.type.size() + e.source.size() + e.topic.str().size());
}

}  // namespace eventmgr
