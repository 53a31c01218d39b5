#pragma once

#include "client/blocking_io.hpp"
#include "client/endpoint.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace eventmgr::client {

/// What a TLS connection is verified with; one for all connections of a client. Throws `error` with `invalid_request`
/// if the file cannot be read.
std::shared_ptr<boost::asio::ssl::context> make_tls_context(const std::string& ca_file);

/// A TCP connection with or without TLS, decided when it connects: one type, so that HTTP and WebSocket are compiled
/// once. An AsyncStream for Beast.
class socket_stream {
 public:
  using executor_type = boost::asio::ip::tcp::socket::executor_type;

  explicit socket_stream(boost::asio::io_context& context) : socket_{context} {}

  executor_type get_executor() noexcept { return socket_.get_executor(); }

  /// Connects to the first address that answers, and shakes hands if `tls` is given. An address in figures needs no
  /// resolver; a name takes as long as the system's resolver does.
  boost::system::error_code connect(blocking_io& io, const endpoint& to, boost::asio::ssl::context* tls,
                                    blocking_io::clock::time_point deadline);

  bool is_open() const noexcept { return socket_.is_open(); }

  /// Whether an idle connection can be used again: the far end has neither closed it nor sent anything.
  bool is_quiet() noexcept;

  void close() noexcept;

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) {
      tls_->async_read_some(buffers, std::forward<Handler>(handler));
    } else {
      socket_.async_read_some(buffers, std::forward<Handler>(handler));
    }
  }

  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) {
      tls_->async_write_some(buffers, std::forward<Handler>(handler));
    } else {
      socket_.async_write_some(buffers, std::forward<Handler>(handler));
    }
  }

 private:
  boost::asio::ip::tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_{};
};

/// The hooks by which Beast's WebSocket ends its stream, found by argument-dependent look-up.
inline void beast_close_socket(socket_stream& stream) { stream.close(); }

inline void teardown(boost::beast::role_type, socket_stream& stream, boost::system::error_code& code) {
  stream.close();
  code = {};
}

template <class Handler>
void async_teardown(boost::beast::role_type, socket_stream& stream, Handler&& handler) {
  stream.close();
  boost::asio::post(stream.get_executor(),
                    boost::beast::bind_front_handler(std::forward<Handler>(handler), boost::system::error_code{}));
}

}  // namespace eventmgr::client
