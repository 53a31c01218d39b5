#include "integration/webhook_identity.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string_view>

namespace eventmgr::testing {
namespace {

template <class Write>
std::string pem_of(Write write) {
  const std::unique_ptr<BIO, decltype(&::BIO_free)> memory{::BIO_new(::BIO_s_mem()), ::BIO_free};
  write(memory.get());
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

tls_identity make_identity(const std::string& names, std::chrono::seconds valid_for) {
  const std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)> key{EVP_EC_gen("P-256"), ::EVP_PKEY_free};
  const std::unique_ptr<X509, decltype(&::X509_free)> certificate{::X509_new(), ::X509_free};
  auto* x509 = certificate.get();
  ::X509_set_version(x509, X509_VERSION_3);
  ::ASN1_INTEGER_set(::X509_get_serialNumber(x509), 1);
  constexpr long hour = 3600;
  ::X509_gmtime_adj(::X509_getm_notBefore(x509), -hour);
  ::X509_gmtime_adj(::X509_getm_notAfter(x509), static_cast<long>(valid_for.count()));
  ::X509_set_pubkey(x509, key.get());
  auto* name = ::X509_get_subject_name(x509);
  const std::string_view common{"webhook test"};
  ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common.data()),
                               static_cast<int>(common.size()), -1, 0);
  ::X509_set_issuer_name(x509, name);
  X509V3_CTX context;
  ::X509V3_set_ctx(&context, x509, x509, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&::X509_EXTENSION_free)> alternatives{
      ::X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, names.c_str()), ::X509_EXTENSION_free};
  ::X509_add_ext(x509, alternatives.get(), -1);
  ::X509_sign(x509, key.get(), ::EVP_sha256());
  return {pem_of([&](BIO* out) { ::PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); }),
          pem_of([&](BIO* out) { ::PEM_write_bio_X509(out, x509); })};
}

}  // namespace eventmgr::testing
