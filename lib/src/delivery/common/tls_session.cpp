#include "delivery/common/tls_session.hpp"

#include <eventmgr/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstddef>

namespace eventmgr::delivery {
namespace {

/// What OpenSSL takes in one call.
int length_of(std::string_view bytes) {
  return static_cast<int>(std::min<std::size_t>(bytes.size(), static_cast<std::size_t>(INT_MAX)));
}

std::string reason_of(ssl_st* ssl) {
  const auto verified = ::SSL_get_verify_result(ssl);
  std::string text;
  if (verified != X509_V_OK) {
    text = std::string{"the certificate is not accepted: "} + ::X509_verify_cert_error_string(verified);
  } else {
    const char* reason = ::ERR_reason_error_string(::ERR_peek_error());
    text = std::string{"TLS failed: "} + (reason != nullptr ? reason : "the peer speaks no TLS");
  }
  ::ERR_clear_error();
  return text;
}

}  // namespace

void tls_session::release::operator()(ssl_st* session) const noexcept { ::SSL_free(session); }

tls_session::tls_session(const tls_context& context, const std::string& host) : ssl_{::SSL_new(context.native())} {
  auto* in = ::BIO_new(::BIO_s_mem());
  auto* out = ::BIO_new(::BIO_s_mem());
  if (!ssl_ || in == nullptr || out == nullptr) {
    ::BIO_free(in);
    ::BIO_free(out);
    throw error{failure{errc::internal, "a TLS session cannot be set up"}};
  }
  // An empty memory BIO means "later", not the end.
  ::BIO_set_mem_eof_return(in, -1);
  ::BIO_set_mem_eof_return(out, -1);
  ::SSL_set_bio(ssl_.get(), in, out);
  ::SSL_set_connect_state(ssl_.get());
  // An address is no valid server name (RFC 6066), and is looked for among the certificate's addresses.
  if (::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(ssl_.get()), host.c_str()) != 1) {
    ::ERR_clear_error();
    ::SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    ::SSL_set1_host(ssl_.get(), host.c_str());
    SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
  }
}

tls_session::~tls_session() = default;

void tls_session::start(std::string& wire) {
  shake_hands();
  flush(wire);
}

void tls_session::put(std::string_view bytes, std::string& plain, std::string& wire) {
  while (!bytes.empty() && stage_ != stage::failed) {
    const int taken = ::BIO_write(::SSL_get_rbio(ssl_.get()), bytes.data(), length_of(bytes));
    if (taken <= 0) return fail();
    bytes.remove_prefix(static_cast<std::size_t>(taken));
    if (stage_ == stage::handshake) shake_hands();
    if (stage_ == stage::open) read(plain);
  }
  flush(wire);
}

void tls_session::seal(std::string_view plain, std::string& wire) {
  ::ERR_clear_error();
  while (!plain.empty() && stage_ == stage::open) {
    const int taken = ::SSL_write(ssl_.get(), plain.data(), length_of(plain));
    if (taken <= 0) return fail();
    plain.remove_prefix(static_cast<std::size_t>(taken));
  }
  flush(wire);
}

void tls_session::shake_hands() {
  ::ERR_clear_error();
  const int done = ::SSL_do_handshake(ssl_.get());
  if (done == 1) {
    stage_ = stage::open;
  } else if (::SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ) {
    fail();
  }
}

void tls_session::read(std::string& plain) {
  std::array<char, 4096> chunk;
  ::ERR_clear_error();
  while (true) {
    const int count = ::SSL_read(ssl_.get(), chunk.data(), static_cast<int>(chunk.size()));
    if (count > 0) {
      plain.append(chunk.data(), static_cast<std::size_t>(count));
      continue;
    }
    const int why = ::SSL_get_error(ssl_.get(), count);
    if (why == SSL_ERROR_WANT_READ) return;
    if (why == SSL_ERROR_ZERO_RETURN) {
      stage_ = stage::ended;
    } else {
      fail();
    }
    return;
  }
}

void tls_session::flush(std::string& wire) {
  auto* out = ::SSL_get_wbio(ssl_.get());
  char* bytes = nullptr;
  const long count = BIO_get_mem_data(out, &bytes);
  if (count <= 0) return;
  wire.append(bytes, static_cast<std::size_t>(count));
  BIO_reset(out);
}

void tls_session::fail() {
  stage_ = stage::failed;
  why_ = reason_of(ssl_.get());
}

}  // namespace eventmgr::delivery
