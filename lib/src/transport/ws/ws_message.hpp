#pragma once

#include "core/filter/event_filter.hpp"

#include <eventmgr/error.hpp>
#include <eventmgr/event_manager.hpp>
#include <eventmgr/id.hpp>
#include <eventmgr/position.hpp>
#include <eventmgr/time.hpp>
#include <eventmgr/topic.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The messages of the event protocol (DESIGN section 6): reading a client's, writing ours.
namespace eventmgr::transport {

struct ws_subscribe {
  std::vector<topic_pattern> topics{};
  start_point start{start_now{}};
  event_filter filter{};
};
struct ws_unsubscribe {};
struct ws_publish {
  std::string event{};  ///< the text of the member `event`, as it came
};
struct ws_ping {};

using ws_command = std::variant<ws_subscribe, ws_unsubscribe, ws_publish, ws_ping>;

struct ws_request {
  static constexpr std::size_t max_id_bytes = 128;
  static constexpr std::size_t max_topics = 64;

  std::string id{};  ///< what the answer will name; empty if none was given, or could not be read
  result<ws_command> command{ws_ping{}};
};

/// Reads a client's message; 64 bytes past its end may be read. Fails with `malformed_json`, or with `invalid_request`
/// and every fault of the message. What this release does not do (options, durable subscriptions, ack, nack) is a
/// fault, not ignored.
ws_request parse_ws_request(std::string& text, time_point now);

/// Reads the subscription that a request's target asks for by `topic` (may be repeated), `since` and `filter`: no
/// topics if it asks for none. Fails with `invalid_request`; unknown parameters are a fault.
result<ws_subscribe> parse_ws_target(std::string_view target, time_point now);

inline constexpr std::string_view heartbeat_message = R"({"type":"heartbeat"})";

std::string subscribed_message(std::string_view id, subscription_id subscription, const position& start);
std::string unsubscribed_message(std::string_view id);
std::string published_message(std::string_view id, event_id event, offset seq, bool duplicate);
std::string pong_message(std::string_view id);
std::string error_message(std::string_view id, const failure& why);
std::string gap_message(std::string_view id, const position& from, const position& to);

/// An event's message is this, its position, `event_message_middle`, its JSON, `event_message_end`.
std::string event_message_begin(std::string_view id);
inline constexpr std::string_view event_message_middle = R"(","data":)";
inline constexpr std::string_view event_message_end = "}";

}  // namespace eventmgr::transport
