#include "codec/endpoint_rules.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace eventmgr::codec {
namespace {

constexpr std::string_view secret_prefix = "whsec_";
constexpr std::size_t least_secret_bytes = 24;
constexpr std::size_t most_secret_bytes = 64;

// Those of RFC 9110 that belong to one connection or to the framing, those that say what the body is, and our own.
constexpr std::array<std::string_view, 17> refused_headers{"connection",
                                                           "content-encoding",
                                                           "content-length",
                                                           "content-type",
                                                           "date",
                                                           "expect",
                                                           "host",
                                                           "keep-alive",
                                                           "proxy-authorization",
                                                           "proxy-connection",
                                                           "te",
                                                           "trailer",
                                                           "transfer-encoding",
                                                           "upgrade",
                                                           "traceparent",
                                                           "tracestate",
                                                           "http2-settings"};
constexpr std::array<std::string_view, 3> refused_prefixes{"webhook-", "x-eventmgr-", "sec-websocket-"};

constexpr std::array<std::string_view, 9> sensitive_parts{"auth",   "cookie",     "credential", "key",  "password",
                                                          "secret", "session-id", "signature",  "token"};

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = lower(c);
  return out;
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) noexcept { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z'); }
bool is_hex(char c) noexcept { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }
bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// Takes "scheme://" off the front; empty if there is none.
std::string_view take_scheme(std::string_view& url) noexcept {
  const std::size_t end = url.find("://");
  if (end == std::string_view::npos) return {};
  const std::string_view scheme = url.substr(0, end);
  url.remove_prefix(end + 3);
  return scheme;
}

bool is_ipv6(std::string_view text) {
  in6_addr address{};
  return inet_pton(AF_INET6, std::string{text}.c_str(), &address) == 1;
}

bool is_host_name(std::string_view host) noexcept {
  constexpr std::size_t max_host_bytes = 253;
  if (host.empty() || host.size() > max_host_bytes || host.front() == '.' || host.find("..") != host.npos) return false;
  return std::ranges::all_of(host, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_port(std::string_view text) noexcept {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  return error == std::errc{} && stop == end && port != 0;
}

/// host, host:port, [IPv6] or [IPv6]:port
std::optional<std::string> fault_of_authority(std::string_view authority) {
  if (authority.find('@') != std::string_view::npos) {
    return "must not hold a user name or password; give a header instead";
  }
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return "has no valid host";
  const std::size_t colon = authority.find(':', bracket);
  const std::string_view host = authority.substr(0, colon);
  const bool host_is_valid =
      host.starts_with('[') ? host.ends_with(']') && is_ipv6(host.substr(1, host.size() - 2)) : is_host_name(host);
  if (!host_is_valid) return "has no valid host";
  if (colon != std::string_view::npos && !is_port(authority.substr(colon + 1))) return "has no valid port";
  return std::nullopt;
}

bool has_broken_escape(std::string_view text) noexcept {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (at + 2 >= text.size() || !is_hex(text[at + 1]) || !is_hex(text[at + 2])) return true;
  }
  return false;
}

/// How many bytes a text of base64, padding included, stands for; nullopt if it is none.
std::optional<std::size_t> base64_size(std::string_view text) noexcept {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  if (!std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '+' || c == '/'; })) {
    return std::nullopt;
  }
  return text.size() * 3 / 4;
}

bool is_token(std::string_view text) noexcept {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::optional<channel_kind> channel_of_url(std::string_view url) noexcept {
  const std::string_view scheme = take_scheme(url);
  const auto is = [&](std::string_view name) { return same_header(scheme, name); };
  if (is("http") || is("https")) return channel_kind::webhook;
  if (is("ws") || is("wss")) return channel_kind::websocket;
  return std::nullopt;
}

std::optional<std::string> fault_of_url(std::string_view url, channel_kind channel) {
  if (channel_of_url(url) != channel) {
    return channel == channel_kind::websocket ? "must be a ws:// or wss:// URL" : "must be an http:// or https:// URL";
  }
  if (url.size() > max_endpoint_bytes)
    return "must not have more than " + std::to_string(max_endpoint_bytes) + " bytes";
  const bool printable = std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7F; });
  if (!printable || url.find_first_of(R"("<>\^`{|})") != std::string_view::npos || has_broken_escape(url)) {
    return "must be a URL: percent-encode what is not allowed in one";
  }
  if (url.find('#') != std::string_view::npos) return "must not have a fragment";
  take_scheme(url);
  return fault_of_authority(url.substr(0, url.find_first_of("/?")));
}

std::optional<std::string> fault_of_secret(std::string_view secret) {
  if (secret.starts_with(secret_prefix)) {
    const auto bytes = base64_size(secret.substr(secret_prefix.size()));
    if (bytes && *bytes >= least_secret_bytes && *bytes <= most_secret_bytes) return std::nullopt;
  }
  return "must be \"whsec_\" and the base64 of 24 to 64 bytes";
}

std::optional<std::string> fault_of_header(std::string_view name, std::string_view value) {
  constexpr std::size_t max_header_name = 256;
  if (!is_token(name) || name.size() > max_header_name) return "is no name of a header";
  const std::string key = lower(name);
  if (std::ranges::find(refused_headers, key) != refused_headers.end() ||
      std::ranges::any_of(refused_prefixes, [&](std::string_view prefix) { return key.starts_with(prefix); })) {
    return "is a header that cannot be set";
  }
  if (value.size() > max_header_value_bytes) {
    return "must not have more than " + std::to_string(max_header_value_bytes) + " bytes";
  }
  if (std::ranges::any_of(value, is_control)) return "must not have control characters";
  if (value.starts_with(' ') || value.ends_with(' ')) return "must not begin or end with a space";
  return std::nullopt;
}

bool is_sensitive_header(std::string_view name) {
  const std::string key = lower(name);
  return std::ranges::any_of(sensitive_parts, [&](std::string_view part) { return key.find(part) != key.npos; });
}

bool same_header(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace eventmgr::codec
