#pragma once

#include "broker/broker.hpp"
#include "core/normalise.hpp"
#include "transport/common/retry_defaults.hpp"
#include "transport/http/exchange.hpp"
#include "transport/http/limits.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace eventmgr::transport {

struct http_server_options {
  std::string host{"127.0.0.1"};  ///< an address, or a name that resolves to one
  std::uint16_t port{3004};       ///< 0: a free one
  http_limits limits{};
  event_limits events{};
  std::uint32_t max_batch{1000};
  std::shared_ptr<const retry_defaults> retry{std::make_shared<retry_defaults>()};
  std::vector<std::string> allowed_origins{};  ///< exact origins, or "*"
};

struct http_callbacks {
  upgrade_handler upgrade{};                       ///< serves WebSocket requests
  std::function<std::string()> prometheus_text{};  ///< called on any I/O thread
  std::function<void(const std::string& from)>
      connected{};  ///< hears of each connection, on its I/O thread; may be empty
};

/// A listener and its connections. Every member may be called from any thread, but `listen` and `start` before all
/// others.
///
/// The contexts must run while connections are open, and after `close` until they have nothing left to do; the broker
/// must outlive that.
class http_server {
 public:
  virtual ~http_server() = default;

  /// Takes the port: who connects waits until `start`. Throws `error` if that cannot be.
  virtual void listen() = 0;

  /// Accepts from now on; listens first, if it does not yet.
  virtual void start() = 0;

  /// The port that it listens on.
  virtual std::uint16_t port() const noexcept = 0;

  virtual void stop_accepting() = 0;

  /// Stops accepting, answers what has been received with `Connection: close`, ends streams, closes what idles, and
  /// calls `done` once no connection is left, on an I/O thread. Does not wait for connections that were upgraded. From
  /// the call on `/health/ready` says no.
  virtual void drain(std::function<void()> done) = 0;

  /// Stops accepting and closes every connection at once; a drain under way is then done.
  virtual void close() = 0;
};

/// The API of DESIGN section 5. Each context is run by one thread and gets an acceptor of its own.
std::unique_ptr<http_server> make_http_server(std::span<boost::asio::io_context* const> contexts, broker& events,
                                              http_server_options options, http_callbacks callbacks);

/// Prometheus text at `GET /metrics`, and nothing else. Its connections are few, and count for themselves.
std::unique_ptr<http_server> make_metrics_server(boost::asio::io_context& context, broker& events,
                                                 http_server_options options,
                                                 std::function<std::string()> prometheus_text);

}  // namespace eventmgr::transport
