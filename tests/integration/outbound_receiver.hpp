#pragma once

#include "integration/ws_test_server.hpp"
#include "support/eventually.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr::test {

/// A WebSocket server that the daemon dials, in the test's hand: it keeps what it is sent, and says what the test says.
class outbound_receiver {
 public:
  static constexpr std::chrono::seconds patience{testing::default_patience};

  /// Port 0 takes a free one.
  explicit outbound_receiver(std::uint16_t port = 0);

  std::uint16_t port() const { return server_->port(); }
  std::string url() const { return "ws://127.0.0.1:" + std::to_string(port()) + "/in?x=1"; }

  /// The next message; throws if none comes in time.
  nlohmann::json next();

  /// Messages that wait to be taken.
  std::size_t waiting() const;

  /// Sends to the last connection.
  void say(const nlohmann::json& message);
  void say_text(const std::string& text);
  void say_binary();

  /// Acknowledges every event of a message.
  void acknowledge(const nlohmann::json& message);

  void close();

  /// Reads no more, until told to.
  void hold(bool held);

  /// Waits until there have been so many connections.
  bool wait_connections(std::size_t count);
  bool wait_closed(std::size_t count);

  /// Of the last handshake.
  std::optional<std::string> header(std::string_view name) const;
  std::string target() const;

 private:
  class protocol;

  /// The last connection, once there has been one.
  std::shared_ptr<transport::ws_sender> connection() const;

  /// Shared with the connections, which may outlive the receiver's interest.
  struct state {
    mutable std::mutex mutex{};
    std::condition_variable changed{};
    std::deque<nlohmann::json> messages{};
    std::size_t opened{0};
    std::size_t closed{0};
    bool held{false};
    transport::http_request handshake{};
    std::shared_ptr<transport::ws_sender> sender{};
  };

  const std::shared_ptr<state> state_{std::make_shared<state>()};
  std::unique_ptr<ws_test_server> server_;
};

/// The `ackId`s of an `event` or `events` message.
std::vector<std::string> ack_ids(const nlohmann::json& message);

}  // namespace eventmgr::test
