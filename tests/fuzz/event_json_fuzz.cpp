// Any bytes as an event, a CloudEvent, a batch in its three spellings, and the body of a binary CloudEvent. Whatever is
// taken must be JSON, and must read back from what it is rendered to.
#include "codec/event_decoder.hpp"
#include "codec/json_compact.hpp"
#include "codec/stored_event.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace eventmgr;
using namespace eventmgr::codec;

void require(bool holds) {
  if (!holds) std::abort();
}

decode_options options() {
  decode_options made;
  made.limits.max_event_bytes = 4096;
  made.limits.max_depth = 16;
  made.max_batch = 8;
  made.now = time_point{std::chrono::milliseconds{1'767'322'245'678}};
  return made;
}

void check(const decoded_event& decoded) {
  if (!decoded) {
    const failure& reason = decoded.error();
    require(reason.code != errc::internal && !reason.message.empty());
    if (reason.code == errc::invalid_event) require(!reason.details.empty());
    return;
  }
  const event& made = **decoded;
  std::string json = to_json(made);
  require(nlohmann::json::accept(json) || json.find_first_of("eE") != std::string::npos);
  const auto again = parse_event_json(json);
  require(again.has_value() && again->id == made.id && again->payload == made.payload && again->type == made.type &&
          again->topic == made.topic && again->expires_at == made.expires_at && to_json(*again) == to_json(made));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};

  std::string text{bytes};
  const decoded_event native = decode_event(text, options());
  check(native);
  // The parser and the strict reader must be of one mind on what JSON is.
  const bool is_json = check_json(bytes, 1024).fault != json_fault::malformed;
  if (native || native.error().code == errc::invalid_event) require(is_json);
  if (!is_json) require(native.error().code == errc::malformed_json || native.error().code == errc::invalid_request);

  text = bytes;
  check(decode_cloudevent(text, options()));
  for (const auto format : {batch_format::json, batch_format::ndjson, batch_format::cloudevents_batch}) {
    text = bytes;
    const auto batch = decode_batch(text, format, options());
    if (!batch) continue;
    require(batch->size() <= options().max_batch);
    for (const auto& each : *batch) check(each);
  }
  for (const std::string_view content_type : {"", "text/plain", "application/octet-stream"}) {
    text = bytes;
    check(decode_binary_cloudevent({{"specversion", "1.0"}, {"id", "1"}, {"source", "s"}, {"type", "a.b"}},
                                   content_type, text, options()));
  }
  text = bytes;
  if (const auto stored = parse_event_json(text)) require(!to_json(*stored).empty());
  if (const auto facts = parse_metadata(bytes)) require(parse_metadata(to_json(*facts)).has_value());
  return 0;
}
