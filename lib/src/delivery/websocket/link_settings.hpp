#pragma once

#include "delivery/common/endpoint_url.hpp"
#include "delivery/websocket/reconnect_schedule.hpp"

#include <eventmgr/subscription.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr::delivery {

/// The bounds of a connection that we dial, whatever its subscription says.
struct link_limits {
  std::chrono::milliseconds connect_timeout{std::chrono::seconds{10}};  ///< to the end of the handshake
  std::chrono::milliseconds heartbeat{std::chrono::seconds{30}};        ///< between pings
  /// A peer that was silent for so long, pings or not, is taken for dead.
  std::chrono::milliseconds idle_timeout{std::chrono::seconds{75}};
  reconnect_schedule::bounds reconnect{};
  /// Bytes that wait to be sent; beyond it no more deliveries are taken, and the peer's mistakes are not answered.
  std::size_t buffer_bytes{1U << 20U};
  std::size_t max_message_bytes{1U << 20U};  ///< of the peer's messages; a larger one ends the connection
  std::size_t deflate_threshold{256};        ///< shorter messages are sent as they are
};

/// What a link is told of its subscription.
struct link_settings {
  endpoint_url to{};
  std::string subscription{};                                  ///< how messages name it
  std::vector<std::pair<std::string, std::string>> headers{};  ///< of the handshake
  bool compression{false};
  std::uint32_t batch_size{1};
  delivery_format format{delivery_format::native};
  std::chrono::milliseconds ack_timeout{std::chrono::seconds{30}};
  link_limits limits{};
};

}  // namespace eventmgr::delivery
