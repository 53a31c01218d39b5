#pragma once

#include "core/normalise.hpp"
#include "transport/common/retry_defaults.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace eventmgr::transport {

/// The bounds of each WebSocket, whatever is spoken over it.
struct ws_session_options {
  /// Of a client's message; a larger one ends the session with 1009. The default lets an event of the greatest size
  /// through, with what is wrapped around it.
  std::size_t max_message_bytes{(1U << 20U) + (64U << 10U)};
  std::size_t outbox_bytes{256U << 10U};    ///< events waiting to be written; beyond it they are refused
  std::size_t max_reply_bytes{64U << 10U};  ///< answers waiting to be written; beyond it nothing more is read
  bool deflate{true};                       ///< agree to permessage-deflate when it is offered
  std::size_t deflate_threshold{256};       ///< shorter messages are sent as they are
  std::chrono::milliseconds heartbeat{std::chrono::seconds{30}};
  /// A session that is silent for so long, having been sent only heartbeats, is closed.
  std::chrono::milliseconds idle_timeout{std::chrono::seconds{75}};
  /// A peer that accepts no byte for so long, while some wait for it, is cut off.
  std::chrono::milliseconds stall_timeout{std::chrono::minutes{5}};
  /// What a peer gets to answer a close frame and to hang up.
  std::chrono::milliseconds close_timeout{std::chrono::seconds{5}};
};

/// What an endpoint admits.
struct ws_endpoint_options {
  ws_session_options session{};
  std::size_t max_sessions{10000};  ///< beyond it an upgrade is answered 503
  /// Pages of these origins may connect ("*": of any), as may pages of the daemon's own host and clients that are no
  /// browsers, which name no origin. Without this any page a user opens could read events from a daemon on loopback.
  std::vector<std::string> allowed_origins{};
};

/// The bounds of one connection that speaks the event protocol.
struct ws_protocol_options {
  event_limits limits{};
  std::shared_ptr<const retry_defaults> retry{std::make_shared<retry_defaults>()};
  std::uint32_t max_subscriptions{1000};
  std::uint32_t max_publishes_in_flight{128};  ///< with so many unanswered, nothing more is read
};

}  // namespace eventmgr::transport
