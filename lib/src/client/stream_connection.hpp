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

/// One WebSocket connection to the daemon. Every failure is `unreachable`, but for a handshake that the daemon refuses;
/// where the daemon closed the connection, it says why, if the daemon did.
class stream_connection {
 public:
  stream_connection(endpoint to, const client_options& options, std::shared_ptr<boost::asio::ssl::context> tls);
  stream_connection(const stream_connection&) = delete;
  stream_connection& operator=(const stream_connection&) = delete;
  ~stream_connection();

  /// Connects and shakes hands, on a new socket each time.
  result<void> open();

  result<void> send(std::string_view text);

  /// Reads the next message into `message`, within `limit`. `idle` is called if it has not arrived yet, and may send.
  result<void> receive(std::string& message, std::chrono::milliseconds limit, const std::function<void()>& idle);

  /// Says `last_words`, unless they are empty, and closes. Waits a moment for the daemon to close as well: then it has
  /// heard them. Without last words an interrupt ends it at once.
  void part(std::string_view last_words);

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace eventmgr::client
