#include <eventmgr/client_webhook.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <span>
#include <stdexcept>
#include <vector>

namespace eventmgr::client {
namespace {

constexpr std::string_view secret_prefix = "whsec_";
constexpr std::size_t new_secret_bytes = 24;
constexpr std::size_t max_secret_bytes = 256;

std::string encode_base64(std::span<const unsigned char> bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

result<std::vector<unsigned char>> read_key(std::string_view secret) {
  const failure refused{errc::invalid_request, "the secret must be \"whsec_\" and the base64 of 1 to 256 bytes"};
  if (secret.starts_with(secret_prefix)) secret.remove_prefix(secret_prefix.size());
  if (secret.empty() || secret.size() % 4 != 0 || secret.size() > (max_secret_bytes + 2) / 3 * 4) return refused;
  const std::size_t padding = secret.ends_with("==") ? 2 : secret.ends_with('=') ? 1 : 0;
  if (secret.substr(0, secret.size() - padding).find('=') != std::string_view::npos) return refused;
  std::vector<unsigned char> key(secret.size() / 4 * 3);
  const int length = ::EVP_DecodeBlock(key.data(), reinterpret_cast<const unsigned char*>(secret.data()),
                                       static_cast<int>(secret.size()));
  if (length < 0) return refused;
  // EVP_DecodeBlock counts what the padding stands for as well.
  key.resize(static_cast<std::size_t>(length) - padding);
  if (key.empty() || key.size() > max_secret_bytes) return refused;
  return key;
}

}  // namespace

std::string make_webhook_secret() {
  std::array<unsigned char, new_secret_bytes> bytes{};
  if (::RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw std::runtime_error{"no random bytes"};
  return std::string{secret_prefix} + encode_base64(bytes);
}

result<std::string> sign_webhook(std::string_view secret, std::string_view id, std::int64_t timestamp,
                                 std::string_view body) {
  const auto key = read_key(secret);
  if (!key) return key.error();
  std::string content;
  content.append(id).append(".").append(std::to_string(timestamp)).append(".").append(body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  const auto* made =
      ::HMAC(::EVP_sha256(), key->data(), static_cast<int>(key->size()),
             reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data(), &length);
  if (made == nullptr) throw std::runtime_error{"HMAC-SHA256 is not available"};
  return "v1," + encode_base64({digest.data(), length});
}

}  // namespace eventmgr::client
