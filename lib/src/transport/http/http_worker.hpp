#pragma once

#include "transport/http/http_session.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>

namespace eventmgr::transport {

/// Who hears of connections.
struct connection_watch {
  std::atomic<std::uint64_t>& open;                       ///< a gauge
  std::atomic<std::uint64_t>& failed;                     ///< counts those that could not be taken
  std::function<void(const std::string& text)> opened{};  ///< where from; may be empty
};

/// A listener's share of one I/O thread: an acceptor, the connections that it accepted, and the look at their
/// deadlines. Everything runs on that thread once started; the members may be called from any and take effect there.
class http_worker final : public session_host, public std::enable_shared_from_this<http_worker> {
 public:
  using executor = http_session::executor;
  using acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, executor>;

  http_worker(acceptor listening, const http_limits& bounds, std::shared_ptr<request_handler> requests,
              connection_watch watch);

  void start();
  void stop_accepting();

  /// Drains every connection, then calls `done` on this thread.
  void drain(std::function<void()> done);

  /// Closes every connection.
  void close();

  void session_ended(http_session& which) override;

 private:
  boost::asio::awaitable<void, executor> accept_connections();
  void admit(http_session::socket connection);
  void sweep_later();
  void sweep();
  void report_drained();

  acceptor acceptor_;
  const executor executor_;
  const std::chrono::milliseconds sweep_interval_;
  const connection_watch watch_;
  http_session::timer sweep_timer_;
  http_session::timer retry_timer_;
  std::unordered_set<std::shared_ptr<http_session>> sessions_;
  std::function<void()> drained_;
  bool sweeping_{false};
  bool stopped_{false};
  bool draining_{false};
};

}  // namespace eventmgr::transport
