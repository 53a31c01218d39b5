// A filter and an event's payload, parted by the first line feed; the payload serves as metadata too where it may. What
// is read as a filter must be read as the same from its canonical spelling, and give the same verdict however often it
// is asked; what is refused must say why, with pointers into the filter.
#include "codec/event_document.hpp"
#include "codec/filter_codec.hpp"
#include "codec/json_compact.hpp"
#include "codec/metadata.hpp"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace eventmgr;

void require(bool holds) {
  if (!holds) std::abort();
}

std::shared_ptr<const event> make_event(std::string_view text) {
  auto payload = codec::compact_object(text, 64);
  if (payload.has_error()) return nullptr;
  auto made = std::make_shared<event>();
  made->type = "system.started";
  made->source = "fuzz";
  made->payload = *payload;
  std::vector<problem> problems;
  codec::check_metadata(*payload, problems);
  if (problems.empty()) made->metadata = std::move(*payload);
  return made;
}

void check_refusal(const failure& why) {
  if (why.code == errc::malformed_json) return;
  require(why.code == errc::invalid_request && !why.details.empty());
  for (const problem& fault : why.details) require(fault.pointer.starts_with("/filter") && !fault.message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const std::size_t line = text.find('\n');
  const auto filter = codec::parse_filter(text.substr(0, line));
  if (filter.has_error()) {
    check_refusal(filter.error());
    return 0;
  }
  const std::string canonical = codec::to_json(*filter);
  const auto again = codec::parse_filter(canonical);
  require(again.has_value() && *again == *filter && codec::to_json(*again) == canonical);

  const auto record = make_event(line == std::string_view::npos ? std::string_view{} : text.substr(line + 1));
  if (!record) return 0;
  const auto document = codec::event_document_reader{}.open(record);
  require(filter->judge(*record) == again->judge(*record));
  require(filter->passes(*document) == again->passes(*document));
  return 0;
}
