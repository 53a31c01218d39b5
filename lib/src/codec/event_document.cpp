#include "codec/event_document.hpp"

#include "codec/document_index.hpp"
#include "codec/json_walk.hpp"
#include "codec/metadata.hpp"

#include <array>
#include <mutex>
#include <optional>
#include <utility>

namespace eventmgr::codec {
namespace {

/// The content of a string; it lies in `scratch` if it had to be unescaped.
std::string_view text_of(std::string_view value, std::string& scratch) {
  const std::string_view raw = value.substr(1, value.size() - 2);
  if (raw.find('\\') == std::string_view::npos) return raw;
  scratch = unescape(raw);
  return scratch;
}

document_value read_value(std::string_view text, std::string& scratch) {
  if (text.empty()) return absent_value{};
  switch (text.front()) {
    case '"':
      return text_of(leading_value(text), scratch);
    case 't':
      return true;
    case 'f':
      return false;
    case 'n':
      return null_value{};
    case '{':
    case '[':
      return container_value{};
    default:
      return json_number::parse(leading_value(text));
  }
}

class indexed_event final : public event_document {
 public:
  explicit indexed_event(std::shared_ptr<const event> record) : record_{std::move(record)} {}

  document_value find(document_part part, const document_path& path, std::string& scratch) const override {
    const document_index& index = part == document_part::payload ? payload() : metadata();
    return read_value(index.find(path.steps()), scratch);
  }

  bool has_tag(std::string_view tag) const override {
    static const std::array<std::string, 1> tags{"tags"};
    std::string scratch;
    element_walker given{leading_value(metadata().find(tags))};
    std::string_view element;
    while (given.next(element)) {
      if (text_of(element, scratch) == tag) return true;
    }
    return false;
  }

 private:
  const document_index& payload() const {
    std::call_once(payload_parsed_, [this] { payload_.emplace(record_->payload); });
    return *payload_;
  }

  const document_index& metadata() const {
    std::call_once(metadata_parsed_, [this] {
      append_metadata(metadata_text_, record_->metadata);
      metadata_.emplace(metadata_text_);
    });
    return *metadata_;
  }

  const std::shared_ptr<const event> record_;
  mutable std::once_flag payload_parsed_;
  mutable std::once_flag metadata_parsed_;
  mutable std::optional<document_index> payload_;
  mutable std::string metadata_text_;
  mutable std::optional<document_index> metadata_;
};

}  // namespace

std::unique_ptr<const event_document> event_document_reader::open(std::shared_ptr<const event> record) const {
  return std::make_unique<indexed_event>(std::move(record));
}

}  // namespace eventmgr::codec
