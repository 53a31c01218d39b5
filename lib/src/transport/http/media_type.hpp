#pragma once

#include "transport/common/http_message.hpp"

#include <eventmgr/error.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::transport {

namespace media {
inline constexpr std::string_view json = "application/json";
inline constexpr std::string_view merge_patch = "application/merge-patch+json";
inline constexpr std::string_view ndjson = "application/x-ndjson";
inline constexpr std::string_view cloudevent = "application/cloudevents+json";
inline constexpr std::string_view cloudevents_batch = "application/cloudevents-batch+json";
}  // namespace media

/// The type of a request's body, in lower case and without parameters; empty where none is named.
std::string media_type_of(const header_fields& headers);

/// `unsupported_media_type` for a body that is compressed, or in another character set than UTF-8.
std::optional<failure> check_encoding(const header_fields& headers);

/// `unsupported_media_type`, saying what would be taken ("application/json").
failure unsupported_media_type(std::string_view given, std::string_view accepted);

/// Whether an `Accept` field prefers plain text to JSON: it names `text/plain`, and does not name JSON with a weight
/// that is as high. Wildcards name neither.
bool prefers_plain_text(std::string_view accept);

}  // namespace eventmgr::transport
