#include "tools/upgrade_listener.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include <string>
#include <utility>

namespace eventmgr::testing {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

namespace {

class pending_upgrade : public std::enable_shared_from_this<pending_upgrade> {
 public:
  pending_upgrade(tcp::socket socket, transport::ws_endpoint& endpoint)
      : socket_{std::move(socket)}, endpoint_{endpoint} {}

  void start() {
    http::async_read_header(socket_, buffer_, parser_,
                            [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                              if (!error) self->hand_over();
                            });
  }

 private:
  void hand_over() {
    transport::http_request request{.method = parser_.get().method_string(), .target = parser_.get().target()};
    for (const auto& field : parser_.get()) request.headers.add(field.name_string(), field.value());
    const auto rest = buffer_.data();
    endpoint_.accept(std::move(socket_), request, {static_cast<const char*>(rest.data()), rest.size()});
  }

  tcp::socket socket_;
  transport::ws_endpoint& endpoint_;
  boost::beast::flat_buffer buffer_{16384};
  http::request_parser<http::empty_body> parser_;
};

}  // namespace

upgrade_listener::upgrade_listener(const asio::any_io_executor& thread, std::uint16_t port,
                                   transport::ws_endpoint& endpoint)
    : acceptor_{thread, tcp::endpoint{asio::ip::address_v4::loopback(), port}}, endpoint_{endpoint} {
  accept_next();
}

std::uint16_t upgrade_listener::port() const { return acceptor_.local_endpoint().port(); }

void upgrade_listener::stop() { acceptor_.close(); }

void upgrade_listener::accept_next() {
  acceptor_.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) std::make_shared<pending_upgrade>(std::move(socket), endpoint_)->start();
    accept_next();
  });
}

}  // namespace eventmgr::testing
