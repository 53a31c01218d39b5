#pragma once

#include "codec/event_decoder.hpp"
#include "codec/event_draft.hpp"
#include "codec/member_list.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::codec {

/// The namespace of the ids made for CloudEvents whose own id is no UUID: UUIDv5 of this and `source`, a line feed,
/// `id`.
inline constexpr uuid cloudevent_namespace{
    {0x6b, 0x1f, 0x0c, 0x6a, 0x5d, 0x0e, 0x4a, 0x8e, 0x9c, 0x3b, 0x2f, 0x7d, 0x51, 0xa4, 0xe8, 0x90}};

/// Reads a structured CloudEvent. Takes the text out of the members.
event_draft read_cloudevent(std::span<member> members);

/// What the body of a binary CloudEvent is.
struct cloudevent_data {
  json_kind kind{json_kind::object};
  std::string json{};    ///< compact; empty: there is no data
  bool base64{false};    ///< `json` is a JSON string that holds the data as base64
  bool too_deep{false};  ///< it is nested more deeply than the limit, and left out
};

/// Reads a binary CloudEvent. `content_type` is empty if there was none.
event_draft read_binary_cloudevent(const std::vector<cloudevent_attribute>& attributes, std::string_view content_type,
                                   cloudevent_data data);

/// Whether data of this content type is JSON, as it is without any.
bool is_json_media_type(std::string_view content_type);

}  // namespace eventmgr::codec
