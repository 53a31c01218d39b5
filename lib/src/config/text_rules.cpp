#include "config/text_rules.hpp"

#include <eventmgr/subscription.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>

namespace eventmgr::config {

namespace {

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_ipv4(const std::string& text) noexcept {
  in_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1;
}

std::optional<in6_addr> parse_ipv6(const std::string& text) noexcept {
  in6_addr address{};
  if (inet_pton(AF_INET6, text.c_str(), &address) != 1) return std::nullopt;
  return address;
}

bool is_port(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_host_name(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_';
  });
}

bool is_scheme(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.';
  });
}

/// host, host:port, [IPv6] or [IPv6]:port
bool is_authority(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos || !parse_ipv6(std::string{text.substr(1, end - 1)})) return false;
    const auto rest = text.substr(end + 1);
    return rest.empty() || (rest.starts_with(':') && is_port(rest.substr(1)));
  }
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return is_host_name(text);
  return is_host_name(text.substr(0, colon)) && is_port(text.substr(colon + 1));
}

}  // namespace

std::optional<std::string> check_host(std::string& text) {
  if (text == "localhost") text = "127.0.0.1";
  if (is_ipv4(text) || parse_ipv6(text)) return std::nullopt;
  return "must be an IP address or localhost";
}

std::optional<std::string> check_database_url(std::string& text) {
  if (text.starts_with("postgres://") || text.starts_with("postgresql://")) {
    return "a PostgreSQL store is not supported by this release";
  }
  if (!text.starts_with("sqlite:")) return "must be sqlite: or sqlite:PATH";
  return check_path(text);
}

std::optional<std::string> check_path(std::string& text) {
  if (std::any_of(text.begin(), text.end(), is_control)) return "must not hold control characters";
  return std::nullopt;
}

std::optional<std::string> check_origin(std::string& text) {
  if (text == "*") return std::nullopt;
  const auto separator = text.find("://");
  if (separator == std::string::npos || !is_scheme(std::string_view{text}.substr(0, separator)) ||
      !is_authority(std::string_view{text}.substr(separator + 3))) {
    return "must be \"*\" or an origin, as https://app.example.org:8443";
  }
  // Browsers send scheme and host in lower case, and the comparison is byte by byte.
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return std::nullopt;
}

std::optional<std::string> check_backoff_strategy(std::string& text) {
  if (parse_backoff_strategy(text)) return std::nullopt;
  return "must be fixed, linear or exponential";
}

bool is_loopback(std::string_view host) noexcept {
  if (host.starts_with("127.")) return true;
  const auto address = parse_ipv6(std::string{host});
  if (!address) return false;
  static constexpr std::array<unsigned char, 13> mapped_loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127};
  return IN6_IS_ADDR_LOOPBACK(&*address) ||
         std::memcmp(address->s6_addr, mapped_loopback.data(), mapped_loopback.size()) == 0;
}

}  // namespace eventmgr::config
