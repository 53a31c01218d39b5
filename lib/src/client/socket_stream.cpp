#include "client/socket_stream.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <vector>

namespace eventmgr::client {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

error_code resolve(blocking_io& io, const endpoint& to, blocking_io::clock::time_point deadline,
                   std::vector<tcp::endpoint>& found) {
  error_code not_figures;
  const auto address = boost::asio::ip::make_address(to.host, not_figures);
  if (!not_figures) {
    std::uint16_t port = 0;
    std::from_chars(to.port.data(), to.port.data() + to.port.size(), port);
    found.emplace_back(address, port);
    return {};
  }
  tcp::resolver resolver{io.context()};
  return io.run(deadline, [&](auto done) {
    resolver.async_resolve(to.host, to.port,
                           [&found, done](error_code code, const tcp::resolver::results_type& results) {
                             for (const auto& entry : results) found.push_back(entry.endpoint());
                             done(code);
                           });
  });
}

}  // namespace

std::shared_ptr<boost::asio::ssl::context> make_tls_context(const std::string& ca_file) {
  namespace ssl = boost::asio::ssl;
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  ::SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  context->set_verify_mode(ssl::verify_peer);
  error_code code;
  if (ca_file.empty()) {
    context->set_default_verify_paths(code);
  } else {
    context->load_verify_file(ca_file, code);
  }
  if (code) {
    throw error{
        failure{errc::invalid_request, "cannot read the authorities in \"" + ca_file + "\": " + code.message()}};
  }
  return context;
}

error_code socket_stream::connect(blocking_io& io, const endpoint& to, boost::asio::ssl::context* tls,
                                  blocking_io::clock::time_point deadline) {
  close();
  std::vector<tcp::endpoint> addresses;
  if (const auto code = resolve(io, to, deadline, addresses)) return code;
  io.set_cancel([this] { close(); });
  if (const auto code = io.run(deadline, [&](auto done) { boost::asio::async_connect(socket_, addresses, done); })) {
    close();
    return code;
  }
  error_code ignored;
  socket_.set_option(tcp::no_delay{true}, ignored);
  if (tls == nullptr) return {};

  tls_.emplace(socket_, *tls);
  // An address is no valid server name (RFC 6066).
  error_code is_name;
  boost::asio::ip::make_address(to.host, is_name);
  if (is_name) ::SSL_set_tlsext_host_name(tls_->native_handle(), to.host.c_str());
  tls_->set_verify_callback(boost::asio::ssl::host_name_verification{to.host});
  const auto code =
      io.run(deadline, [&](auto done) { tls_->async_handshake(boost::asio::ssl::stream_base::client, done); });
  if (code) close();
  return code;
}

bool socket_stream::is_quiet() noexcept {
  if (!socket_.is_open()) return false;
  char byte = 0;
  const auto count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  // TLS may have sent session tickets; only the end of the stream tells there.
  if (count > 0) return tls_.has_value();
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void socket_stream::close() noexcept {
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace eventmgr::client
