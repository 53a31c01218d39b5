#include "delivery/common/tls_session.hpp"

#include "integration/webhook_identity.hpp"
#include "support/process.hpp"

#include <catch2/catch.hpp>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>
#include <string>

using namespace eventmgr::delivery;
using namespace eventmgr::testing;
using stage = tls_session::stage;

namespace {

/// The other end, in memory.
class tls_peer {
 public:
  explicit tls_peer(const tls_identity& identity) : context_{::SSL_CTX_new(::TLS_server_method())} {
    auto* key_text = ::BIO_new_mem_buf(identity.key.data(), static_cast<int>(identity.key.size()));
    auto* key = ::PEM_read_bio_PrivateKey(key_text, nullptr, nullptr, nullptr);
    ::BIO_free(key_text);
    auto* text = ::BIO_new_mem_buf(identity.certificate.data(), static_cast<int>(identity.certificate.size()));
    auto* certificate = ::PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
    ::BIO_free(text);
    ::SSL_CTX_use_certificate(context_, certificate);
    ::SSL_CTX_use_PrivateKey(context_, key);
    ::X509_free(certificate);
    ::EVP_PKEY_free(key);
    ssl_ = ::SSL_new(context_);
    ::SSL_set_bio(ssl_, ::BIO_new(::BIO_s_mem()), ::BIO_new(::BIO_s_mem()));
    ::SSL_set_accept_state(ssl_);
  }
  tls_peer(const tls_peer&) = delete;
  tls_peer& operator=(const tls_peer&) = delete;
  ~tls_peer() {
    ::SSL_free(ssl_);
    ::SSL_CTX_free(context_);
  }

  /// Takes bytes of the wire, gives those that answer; what was said to it is appended to `heard`.
  std::string put(const std::string& wire) {
    ::BIO_write(::SSL_get_rbio(ssl_), wire.data(), static_cast<int>(wire.size()));
    ::SSL_do_handshake(ssl_);
    std::array<char, 1024> piece;
    int count = 0;
    while ((count = ::SSL_read(ssl_, piece.data(), piece.size())) > 0) heard.append(piece.data(), std::size_t(count));
    return flush();
  }

  std::string say(const std::string& plain) {
    ::SSL_write(ssl_, plain.data(), static_cast<int>(plain.size()));
    return flush();
  }

  std::string end() {
    ::SSL_shutdown(ssl_);
    return flush();
  }

  std::string heard{};

 private:
  std::string flush() {
    std::string out(1 << 20, '\0');
    const int count = ::BIO_read(::SSL_get_wbio(ssl_), out.data(), static_cast<int>(out.size()));
    out.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return out;
  }

  ::SSL_CTX* const context_;
  ::SSL* ssl_{nullptr};
};

struct trusted_peer {
  tls_identity identity{make_identity("DNS:localhost")};
  temp_dir files{};
  tls_context context{files.write("ca.pem", identity.certificate)};
  tls_peer peer{identity};
};

/// Feeds in pieces of so many bytes.
void feed(tls_session& session, const std::string& wire, std::size_t piece, std::string& plain, std::string& answer) {
  for (std::size_t at = 0; at < wire.size(); at += piece) session.put(wire.substr(at, piece), plain, answer);
}

}  // namespace

TEST_CASE("a session shakes hands, speaks, hears and ends, whatever the pieces in which bytes come") {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, std::size_t{1} << 20U}) {
    CAPTURE(piece);
    trusted_peer other;
    tls_session session{other.context, "localhost"};
    std::string wire;
    std::string plain;

    session.start(wire);
    while (session.at() == stage::handshake && !wire.empty()) {
      std::string answer;
      feed(session, other.peer.put(wire), piece, plain, answer);
      wire = answer;
    }
    REQUIRE(session.at() == stage::open);
    session.seal("hello", wire);
    feed(session, other.peer.put(wire), piece, plain, wire);
    feed(session, other.peer.say(std::string(50'000, 'x')), piece, plain, wire);
    feed(session, other.peer.end(), piece, plain, wire);

    CHECK(other.peer.heard == "hello");
    CHECK(plain == std::string(50'000, 'x'));
    CHECK(session.at() == stage::ended);
  }
}

TEST_CASE("a session with a certificate for another name, or with no TLS at all, fails and says why") {
  trusted_peer other;
  tls_session session{other.context, "example.org"};
  std::string wire;
  std::string plain;
  session.start(wire);
  std::string answer;
  session.put(other.peer.put(wire), plain, answer);
  CHECK(session.at() == stage::failed);
  CHECK_THAT(session.why(), Catch::StartsWith("the certificate is not accepted: hostname mismatch") ||
                                Catch::StartsWith("the certificate is not accepted: Hostname mismatch"));
  CHECK(plain.empty());

  tls_session puzzled{other.context, "localhost"};
  puzzled.start(wire);
  puzzled.put("HTTP/1.1 400 Bad Request\r\n\r\n", plain, answer);
  CHECK(puzzled.at() == stage::failed);
  CHECK_THAT(puzzled.why(), Catch::StartsWith("TLS failed: "));
}
