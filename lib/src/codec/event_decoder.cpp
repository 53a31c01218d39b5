#include "codec/event_decoder.hpp"

#include "codec/cloudevent.hpp"
#include "codec/event_draft.hpp"
#include "codec/json_compact.hpp"
#include "codec/json_document.hpp"
#include "codec/json_writer.hpp"
#include "codec/object_decoder.hpp"

#include <openssl/evp.h>

#include <utility>

namespace eventmgr::codec {
namespace {

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock adds a zero
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

json_kind kind_of_compact(std::string_view json) noexcept {
  switch (json.front()) {
    case '{':
      return json_kind::object;
    case '[':
      return json_kind::array;
    case '"':
      return json_kind::string;
    default:
      return json_kind::number;
  }
}

/// The data of a binary CloudEvent: JSON as it is, other text as a JSON string, the rest as base64.
result<cloudevent_data> read_data(std::string_view content_type, std::string_view body, const event_limits& limits) {
  cloudevent_data data;
  if (body.empty()) return data;
  const bool utf8 = simdjson::validate_utf8(body);
  if (is_json_media_type(content_type)) {
    const json_report report = utf8 ? append_compact(data.json, body, limits.max_depth - 1) : json_report{};
    data.too_deep = report.fault == json_fault::too_deep;
    if (data.too_deep) return data;
    if (!utf8 || report.fault == json_fault::malformed) return malformed(body);
    data.kind = kind_of_compact(data.json);
  } else if (utf8 && content_type.starts_with("text/")) {
    data.kind = json_kind::string;
    data.json = json_string(body);
  } else {
    data.kind = json_kind::string;
    data.json = json_string(base64(body));
    data.base64 = true;
  }
  return data;
}

}  // namespace

decoded_event decode_event(std::string& body, const decode_options& options) {
  add_padding(body);
  return decode_document(body, event_form::either, options);
}

decoded_event decode_cloudevent(std::string& body, const decode_options& options) {
  add_padding(body);
  return decode_document(body, event_form::cloudevent, options);
}

decoded_event decode_binary_cloudevent(const std::vector<cloudevent_attribute>& attributes,
                                       std::string_view content_type, std::string& body,
                                       const decode_options& options) {
  auto data = read_data(content_type, body, options.limits);
  if (!data) return data.error();
  const bool too_deep = data->too_deep;
  event_draft draft = read_binary_cloudevent(attributes, content_type, std::move(*data));
  if (too_deep) report_too_deep(draft, "/data", options.limits);
  return finish(std::move(draft), options);
}

}  // namespace eventmgr::codec
