#include "delivery/common/tls_context.hpp"

#include <eventmgr/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>

namespace eventmgr::delivery {

tls_context::tls_context(const std::string& ca_file) : context_{::SSL_CTX_new(::TLS_client_method())} {
  if (!context_) throw error{failure{errc::internal, "TLS cannot be set up"}};
  auto* context = context_.get();
  ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  ::SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  // Idle connections give their buffers back; what is written may be moved between two attempts.
  ::SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  static constexpr std::array<unsigned char, 9> http_1_1{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  ::SSL_CTX_set_alpn_protos(context, http_1_1.data(), http_1_1.size());
  const int loaded = ca_file.empty() ? ::SSL_CTX_set_default_verify_paths(context)
                                     : ::SSL_CTX_load_verify_file(context, ca_file.c_str());
  ::ERR_clear_error();
  if (loaded != 1) {
    throw error{failure{errc::invalid_request, "cannot read the authorities in \"" + ca_file + "\""}};
  }
}

void tls_context::release::operator()(ssl_ctx_st* context) const noexcept { ::SSL_CTX_free(context); }

}  // namespace eventmgr::delivery
