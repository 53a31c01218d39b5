#pragma once

#include "ports/channel.hpp"

#include <eventmgr/subscription.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace eventmgr::codec {

/// Whether a body holds one event, or a list of them.
enum class body_shape : std::uint8_t {
  single,  ///< exactly one event: what a `batch_size` of 1 asks for
  batch,   ///< any number: `{"events":[...]}`; of CloudEvents a bare array
};

/// What goes out in one delivery.
struct delivery_body {
  std::string text{};
  std::string_view content_type{};  ///< static storage
};

/// Renders events for a receiver. The attempt, and whether it is a replay, are not part of it: they travel in headers.
/// `events` must not be empty, and must be one for `body_shape::single`. Thread-safe.
///
/// - native: each event's `json` as it is; application/json.
/// - cloudevents: structured; application/cloudevents+json, a batch application/cloudevents-batch+json. What an event
///   that came as a CloudEvent had is restored: its `id` where that is no UUID, attributes and extensions from
///   `metadata.extensions`, `data` or `data_base64` from `$data` or `$data_base64`. The extensions `topic` and
///   `priority`, and `correlationid`, `causationid` and `partitionkey` (the ordering key) where the event has them, are
///   added unless it brought its own.
/// - legacy: {id, event_type, source_service, data, timestamp, user_id, project_id}, the last two only where the event
///   has them; application/json.
delivery_body render_delivery(delivery_format format, body_shape shape, std::span<const outgoing_event> events);

}  // namespace eventmgr::codec
