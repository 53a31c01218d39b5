#pragma once

#include "client/endpoint.hpp"

#include <eventmgr/client.hpp>

#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace eventmgr::client {

/// One WebSocket connection to the daemon. Every failure is `unreachable`, but for a handshake that the daemon refuses.
class tail_connection {
 public:
  tail_connection(endpoint to, const client_options& options, std::shared_ptr<boost::asio::ssl::context> tls);
  tail_connection(const tail_connection&) = delete;
  tail_connection& operator=(const tail_connection&) = delete;
  ~tail_connection();

  /// Connects and shakes hands, on a new socket each time.
  result<void> open();

  result<void> send(std::string_view text);

  /// Reads the next message into `message`, within `limit`. `idle` is called if it has not arrived yet.
  result<void> receive(std::string& message, std::chrono::milliseconds limit, const std::function<void()>& idle);

  /// Says good-bye and closes. Waits a moment for the daemon's answer.
  void close();

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace eventmgr::client
