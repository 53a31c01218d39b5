#pragma once

#include "transport/common/http_message.hpp"
#include "transport/ws/ws_options.hpp"
#include "transport/ws/ws_protocol.hpp"
#include "transport/ws/ws_sender.hpp"

#include <eventmgr/error.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace eventmgr {
class broker;
}

namespace eventmgr::transport {

/// Makes what is spoken over a connection, from the request that opened it; a failure answers that request instead.
/// Called on the connection's thread.
using ws_protocol_factory =
    std::function<result<std::shared_ptr<ws_protocol>>(const std::shared_ptr<ws_sender>&, const http_request&)>;

/// Where upgraded connections go: does the handshake, runs the sessions, knows them all. Thread-safe.
class ws_endpoint {
 public:
  virtual ~ws_endpoint() = default;

  /// Takes a connection whose request asks for an upgrade. A handshake that is wrong is answered in HTTP and the
  /// connection closed. `leftover` is what was read past the request. Called on the socket's thread.
  virtual void accept(boost::asio::ip::tcp::socket socket, const http_request& request, std::string leftover) = 0;

  /// Answers 503 from now on and closes every session with 1001. `done` is called once, on some session's thread or
  /// from this call, when the last is gone: at the latest `close_timeout` after, provided that the threads run.
  virtual void drain(std::function<void()> done) = 0;

  virtual std::size_t sessions() const = 0;
};

/// An endpoint for any protocol. Sessions may outlive it; what the factory refers to must outlive the sessions.
std::unique_ptr<ws_endpoint> make_ws_endpoint(ws_protocol_factory factory, ws_endpoint_options options);

/// The endpoint of the event protocol (DESIGN section 6). `GET /ws?topic=PATTERN&since=START` also subscribes at once,
/// as `default`. `subject` must outlive every session: drain, or destroy the I/O contexts, before it goes.
std::unique_ptr<ws_endpoint> make_ws_endpoint(broker& subject, ws_endpoint_options options,
                                              const ws_protocol_options& protocol);

}  // namespace eventmgr::transport
