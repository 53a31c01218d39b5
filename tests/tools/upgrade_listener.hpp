#pragma once

#include "transport/ws/ws_endpoint.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <memory>

namespace eventmgr::testing {

/// A listener on loopback that reads one request from each connection and hands it to a WebSocket endpoint: as much of
/// an HTTP server as a test of WebSockets needs. Lives on the thread of its executor.
class upgrade_listener {
 public:
  /// Port 0 takes a free one. Throws if it cannot listen. `endpoint` must outlive the I/O context.
  upgrade_listener(const boost::asio::any_io_executor& thread, std::uint16_t port, transport::ws_endpoint& endpoint);

  std::uint16_t port() const;

  void stop();

 private:
  void accept_next();

  boost::asio::ip::tcp::acceptor acceptor_;
  transport::ws_endpoint& endpoint_;
};

}  // namespace eventmgr::testing
