#include "tls_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <string_view>
#include <thread>
#include <utility>

namespace eventmgr::testing {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string pem_of(auto write) {
  const std::unique_ptr<BIO, decltype(&::BIO_free)> memory{::BIO_new(::BIO_s_mem()), ::BIO_free};
  write(memory.get());
  char* data = nullptr;
  const auto size = ::BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

struct identity {
  std::string key;
  std::string certificate;
};

identity make_identity() {
  const std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)> key{::EVP_EC_gen("P-256"), ::EVP_PKEY_free};
  const std::unique_ptr<X509, decltype(&::X509_free)> certificate{::X509_new(), ::X509_free};
  auto* x509 = certificate.get();
  ::X509_set_version(x509, X509_VERSION_3);
  ::ASN1_INTEGER_set(::X509_get_serialNumber(x509), 1);
  constexpr long hour = 3600;
  ::X509_gmtime_adj(::X509_getm_notBefore(x509), -hour);
  ::X509_gmtime_adj(::X509_getm_notAfter(x509), hour);
  ::X509_set_pubkey(x509, key.get());
  auto* name = ::X509_get_subject_name(x509);
  const std::string_view host{"localhost"};
  ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(host.data()),
                               static_cast<int>(host.size()), -1, 0);
  ::X509_set_issuer_name(x509, name);
  X509V3_CTX context;
  ::X509V3_set_ctx(&context, x509, x509, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&::X509_EXTENSION_free)> names{
      ::X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, "DNS:localhost"), ::X509_EXTENSION_free};
  ::X509_add_ext(x509, names.get(), -1);
  ::X509_sign(x509, key.get(), ::EVP_sha256());
  return {pem_of([&](BIO* out) { ::PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); }),
          pem_of([&](BIO* out) { ::PEM_write_bio_X509(out, x509); })};
}

}  // namespace

struct tls_server::state {
  state() {
    tls.use_certificate(asio::buffer(self.certificate), asio::ssl::context::pem);
    tls.use_private_key(asio::buffer(self.key), asio::ssl::context::pem);
    accept();
    thread = std::thread{[this] { context.run(); }};
  }

  ~state() {
    context.stop();
    thread.join();
  }

  using stream = asio::ssl::stream<tcp::socket>;

  void accept() {
    acceptor.async_accept([this](boost::system::error_code code, tcp::socket socket) {
      if (!code) greet(std::make_shared<stream>(std::move(socket), tls));
      accept();
    });
  }

  void greet(const std::shared_ptr<stream>& peer) {
    peer->async_handshake(asio::ssl::stream_base::server, [this, peer](boost::system::error_code code) {
      if (!code) answer(peer, std::make_shared<std::string>());
    });
  }

  void answer(const std::shared_ptr<stream>& peer, const std::shared_ptr<std::string>& request) {
    asio::async_read_until(*peer, asio::dynamic_buffer(*request), "\r\n\r\n",
                           [this, peer, request](boost::system::error_code code, std::size_t size) {
                             if (code) return;
                             request->erase(0, size);
                             asio::async_write(*peer, asio::buffer(reply), [this, peer, request](auto failed, auto) {
                               if (!failed) answer(peer, request);
                             });
                           });
  }

  const identity self{make_identity()};
  const std::string reply{
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{\"status\":\"healthy\"}"};
  asio::io_context context{1};
  asio::ssl::context tls{asio::ssl::context::tls_server};
  tcp::acceptor acceptor{context, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  std::thread thread{};
};

tls_server::tls_server() : state_{std::make_unique<state>()} {}
tls_server::~tls_server() = default;

std::uint16_t tls_server::port() const noexcept { return state_->acceptor.local_endpoint().port(); }
const std::string& tls_server::certificate() const noexcept { return state_->self.certificate; }

}  // namespace eventmgr::testing
