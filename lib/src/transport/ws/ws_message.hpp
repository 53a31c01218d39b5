#pragma once

#include "broker/delivery/subscription_face.hpp"
#include "codec/subscription_codec.hpp"
#include "core/filter/event_filter.hpp"

#include <eventmgr/error.hpp>
#include <eventmgr/event_manager.hpp>
#include <eventmgr/id.hpp>
#include <eventmgr/position.hpp>
#include <eventmgr/time.hpp>
#include <eventmgr/topic.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The messages of the event protocol (DESIGN section 6): reading a client's, writing ours.
namespace eventmgr::transport {

/// An ephemeral subscription.
struct ws_subscribe {
  std::vector<topic_pattern> topics{};
  start_point start{start_now{}};
  event_filter filter{};
};
/// A durable one: it is made, or joined if it is there.
struct ws_attach {
  subscription_definition definition{};
};
/// `ack` or `nack`.
struct ws_acknowledge {
  std::string subscription{};  ///< as this connection calls it
  std::vector<lease_result> results{};
};
struct ws_unsubscribe {};
struct ws_publish {
  std::string event{};  ///< the text of the member `event`, as it came
};
struct ws_ping {};

using ws_command = std::variant<ws_subscribe, ws_attach, ws_acknowledge, ws_unsubscribe, ws_publish, ws_ping>;

struct ws_request {
  static constexpr std::size_t max_id_bytes = 128;
  static constexpr std::size_t max_topics = 100;

  std::string id{};  ///< what the answer will name; empty if none was given, or could not be read
  result<ws_command> command{ws_ping{}};
};

/// Reads a client's message; 64 bytes past its end may be read. Fails with `malformed_json`, or with `invalid_request`
/// and every fault of the message. An option that means nothing to an ephemeral subscription is a fault of one.
ws_request parse_ws_request(std::string& text, const codec::definition_defaults& defaults);

/// Reads the subscription that a request's target asks for by `topic` (may be repeated), `since`, `filter`, `durable`
/// and `options` (which only goes with `durable`): nothing if it asks for none. Fails with `invalid_request`; unknown
/// parameters are a fault.
result<std::optional<ws_command>> parse_ws_target(std::string_view target, const codec::definition_defaults& defaults);

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
