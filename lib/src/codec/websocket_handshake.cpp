#include "codec/websocket_handshake.hpp"

#include "core/field_text.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace eventmgr::codec::websocket {

namespace {

constexpr std::string_view accept_salt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

constexpr bool is_base64_digit(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/// 8 to 15 in decimal, perhaps quoted.
std::optional<int> parse_window_bits(std::string_view text) noexcept {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  if (text.size() == 1 && (text[0] == '8' || text[0] == '9')) return text[0] - '0';
  if (text.size() == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '5') return 10 + (text[1] - '0');
  return std::nullopt;
}

struct deflate_offer {
  bool server_no_context_takeover{false};
  bool client_no_context_takeover{false};
  bool client_max_window_bits{false};
  std::optional<int> server_max_window_bits{};
};

/// Notes one parameter. False if it is unknown, repeated or ill-formed.
bool take_parameter(deflate_offer& offer, std::string_view parameter) noexcept {
  const std::size_t equals = parameter.find('=');
  const std::string_view name = trim(parameter.substr(0, equals));
  const bool has_value = equals != std::string_view::npos;
  const std::string_view value = has_value ? trim(parameter.substr(equals + 1)) : std::string_view{};
  const auto set_flag = [](bool& flag) { return !std::exchange(flag, true); };

  if (name == "server_no_context_takeover") return !has_value && set_flag(offer.server_no_context_takeover);
  if (name == "client_no_context_takeover") return !has_value && set_flag(offer.client_no_context_takeover);
  if (name == "client_max_window_bits") {
    return set_flag(offer.client_max_window_bits) && (!has_value || parse_window_bits(value));
  }
  if (name == "server_max_window_bits") {
    if (offer.server_max_window_bits) return false;
    offer.server_max_window_bits = parse_window_bits(value);
    return offer.server_max_window_bits.has_value();
  }
  return false;
}

std::optional<deflate_agreement> accept_offer(std::string_view text) {
  // No parameter of this extension may hold a separator, quoted or not; in those of others it makes a piece that no
  // rule below accepts.
  if (take_piece(text, ';') != "permessage-deflate") return std::nullopt;
  deflate_offer offer;
  while (!text.empty()) {
    if (!take_parameter(offer, take_piece(text, ';'))) return std::nullopt;
  }
  deflate_agreement agreed{.response = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"};
  if (offer.server_max_window_bits) {
    agreed.server_max_window_bits = *offer.server_max_window_bits;
    if (agreed.server_max_window_bits < 9) return std::nullopt;
    agreed.response += "; server_max_window_bits=" + std::to_string(agreed.server_max_window_bits);
  }
  return agreed;
}

}  // namespace

bool is_valid_key(std::string_view key) noexcept {
  return key.size() == 24 && key.ends_with("==") && std::ranges::all_of(key.substr(0, 22), is_base64_digit);
}

std::string accept_key(std::string_view key) {
  std::string salted{key};
  salted += accept_salt;
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(salted.data()), salted.size(), digest.data());
  std::array<unsigned char, 4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1> text{};
  const int size = EVP_EncodeBlock(text.data(), digest.data(), SHA_DIGEST_LENGTH);
  return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(size)};
}

std::optional<deflate_agreement> negotiate_deflate(std::string_view offers) {
  while (!offers.empty()) {
    if (auto agreed = accept_offer(take_piece(offers, ','))) return agreed;
  }
  return std::nullopt;
}

}  // namespace eventmgr::codec::websocket
