#pragma once

#include <eventmgr/position.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// The messages that carry events to a receiver that acknowledges them, whichever end dialled (DESIGN section 6).
namespace eventmgr::codec::websocket {

/// An event and what is said beside it.
struct event_item {
  std::string_view ack_id{};
  std::uint32_t attempt{1};        ///< from 1
  const position* place{nullptr};  ///< where to resume after it; null: not told
  bool replay{false};              ///< told only if it is one
  std::string_view data{};         ///< its JSON
};

/// Appends `{"type":"event","subscription":S,"ackId":A,"attempt":N,"position":P,"replay":true,"data":`. The event's
/// JSON and one `}` are to follow.
void append_event_head(std::string& out, std::string_view subscription, const event_item& item);

/// Appends `{"type":"events","subscription":S,"items":[`. Items and `events_end` are to follow.
void begin_events(std::string& out, std::string_view subscription);

/// Appends an item, with its data, to a message that `begin_events` began.
void append_events_item(std::string& out, const event_item& item);

inline constexpr std::string_view events_end = "]}";

}  // namespace eventmgr::codec::websocket
