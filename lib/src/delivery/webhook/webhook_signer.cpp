#include "delivery/webhook/webhook_signer.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace eventmgr::delivery {
namespace {

constexpr std::string_view prefix{"whsec_"};
constexpr std::size_t max_key_bytes = 512;
constexpr std::size_t digest_bytes = 32;
constexpr std::size_t digest_base64_bytes = 44;

using key_bytes = std::vector<unsigned char>;

/// Without padding or with it; nullopt for what is no base64, and for no bytes at all.
std::optional<key_bytes> decode_secret(std::string_view secret) {
  if (!secret.starts_with(prefix)) return std::nullopt;
  std::string text{secret.substr(prefix.size())};
  std::size_t padding = 0;
  while (text.ends_with('=') && padding < 2) {
    text.pop_back();
    ++padding;
  }
  const bool formed = std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/';
  });
  if (!formed || text.empty() || text.size() % 4 == 1 || text.size() > max_key_bytes * 4 / 3) return std::nullopt;
  const auto bytes = text.size() * 3 / 4;
  text.resize((text.size() + 3) / 4 * 4, '=');
  key_bytes out(text.size() / 4 * 3);
  const auto* from = reinterpret_cast<const unsigned char*>(text.data());
  if (::EVP_DecodeBlock(out.data(), from, static_cast<int>(text.size())) < 0) return std::nullopt;
  out.resize(bytes);
  return out;
}

evp_mac_ctx_st* make_hmac(const key_bytes& key) {
  // The context keeps the algorithm alive.
  const std::unique_ptr<EVP_MAC, decltype(&::EVP_MAC_free)> algorithm{::EVP_MAC_fetch(nullptr, "HMAC", nullptr),
                                                                      ::EVP_MAC_free};
  auto* context = ::EVP_MAC_CTX_new(algorithm.get());
  std::string digest{"SHA256"};
  const std::array parameters{::OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
                              ::OSSL_PARAM_construct_end()};
  if (context == nullptr || ::EVP_MAC_init(context, key.data(), key.size(), parameters.data()) != 1) {
    ::EVP_MAC_CTX_free(context);
    throw error{failure{errc::internal, "HMAC-SHA256 is not available"}};
  }
  return context;
}

void update(evp_mac_ctx_st* context, std::string_view bytes) {
  ::EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

}  // namespace

void webhook_signer::release::operator()(evp_mac_ctx_st* context) const noexcept { ::EVP_MAC_CTX_free(context); }

webhook_signer::~webhook_signer() = default;

result<webhook_signer> webhook_signer::make(const subscription_options& options) {
  webhook_signer out;
  const auto add = [&out](std::string_view secret, std::optional<time_point> until) {
    const auto bytes = decode_secret(secret);
    if (bytes) out.keys_.push_back(key{std::unique_ptr<evp_mac_ctx_st, release>{make_hmac(*bytes)}, until});
    return bytes.has_value();
  };
  const bool current = options.secret.empty() || add(options.secret, std::nullopt);
  const bool retired = !options.old_secret || add(options.old_secret->secret, options.old_secret->until);
  if (!current || !retired) {
    const std::string why{"must be \"whsec_\" followed by the base64 of a key of 1 to 512 bytes"};
    return failure{errc::invalid_request, "the secret " + why, {problem{"/options/secret", why}}};
  }
  return out;
}

bool webhook_signer::signs(time_point now) const noexcept {
  return std::ranges::any_of(keys_, [now](const key& each) { return !each.until || now < *each.until; });
}

void webhook_signer::append(std::string& out, std::string_view id, std::string_view timestamp, std::string_view body,
                            time_point now) {
  bool first = true;
  for (const auto& [hmac, until] : keys_) {
    if (until && *until <= now) continue;
    // No key: the one that it has, from the beginning.
    ::EVP_MAC_init(hmac.get(), nullptr, 0, nullptr);
    update(hmac.get(), id);
    update(hmac.get(), ".");
    update(hmac.get(), timestamp);
    update(hmac.get(), ".");
    update(hmac.get(), body);
    std::array<unsigned char, digest_bytes> digest{};
    std::size_t size = 0;
    ::EVP_MAC_final(hmac.get(), digest.data(), &size, digest.size());
    std::array<unsigned char, digest_base64_bytes + 1> text{};
    ::EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
    out.append(first ? "v1," : " v1,");
    out.append(reinterpret_cast<const char*>(text.data()), digest_base64_bytes);
    first = false;
  }
}

}  // namespace eventmgr::delivery
