#include "transport/http/event_body.hpp"

#include "transport/http/media_type.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::transport {

namespace {

bool is_cloudevent_field(std::string_view name) {
  return name.size() > 3 && header_fields::equal_ignoring_case(name.substr(0, 3), "ce-");
}

result<std::vector<codec::cloudevent_attribute>> read_attributes(const header_fields& headers) {
  std::vector<codec::cloudevent_attribute> attributes;
  std::vector<problem> problems;
  for (const auto& [name, raw] : headers) {
    if (!is_cloudevent_field(name)) continue;
    std::string attribute = name.substr(3);
    std::ranges::transform(attribute, attribute.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    auto value = percent_decode(raw, false);
    if (value) {
      attributes.push_back({.name = std::move(attribute), .value = std::move(*value)});
    } else {
      problems.push_back({.pointer = "/" + attribute, .message = "is not percent-encoded UTF-8"});
    }
  }
  if (problems.empty()) return attributes;
  return failure{.code = errc::invalid_event, .message = "the event is invalid", .details = std::move(problems)};
}

}  // namespace

codec::decode_options decode_options_for(const api& calls) {
  return {.limits = calls.limits, .max_batch = calls.max_batch, .now = calls.events.now()};
}

codec::decoded_event read_event_body(const api& calls, http_request& request) {
  if (auto fault = check_encoding(request.headers)) return std::move(*fault);
  const std::string type = media_type_of(request.headers);
  const auto options = decode_options_for(calls);
  if (type == media::cloudevent) return codec::decode_cloudevent(request.body, options);
  if (request.headers.find("ce-specversion")) {
    const auto attributes = read_attributes(request.headers);
    if (attributes.has_error()) return attributes.error();
    const auto content_type = request.headers.find("Content-Type").value_or("");
    return codec::decode_binary_cloudevent(*attributes, content_type, request.body, options);
  }
  if (type == media::json) return codec::decode_event(request.body, options);
  return unsupported_media_type(type, "application/json, application/cloudevents+json and binary CloudEvents");
}

}  // namespace eventmgr::transport
