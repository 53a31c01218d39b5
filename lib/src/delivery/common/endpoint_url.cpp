#include "delivery/common/endpoint_url.hpp"

#include "delivery/common/ascii_case.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

namespace eventmgr::delivery {
namespace {

namespace urls = boost::urls;

constexpr std::size_t max_url_bytes = 2048;
constexpr std::size_t max_host_bytes = 253;

failure refuse(std::string_view pointer, std::string_view why) {
  return failure{
      errc::invalid_request, "the endpoint " + std::string{why}, {problem{std::string{pointer}, std::string{why}}}};
}

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// What resolvers and certificates know, and the underscore that container networks use.
bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= max_host_bytes && is_letter_or_digit(host.front()) &&
         std::ranges::all_of(host, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_'; });
}

std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (code != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

std::string_view scheme_of(const endpoint_url& url) {
  if (url.websocket) return url.secure ? "wss://" : "ws://";
  return url.secure ? "https://" : "http://";
}

}  // namespace

result<endpoint_url> parse_endpoint_url(std::string_view url, endpoint_scheme wanted, std::string_view pointer) {
  if (url.empty()) return refuse(pointer, "is missing");
  if (url.size() > max_url_bytes) return refuse(pointer, "must have at most 2,048 bytes");
  const auto parsed = urls::parse_uri(boost::core::string_view{url.data(), url.size()});
  if (!parsed) return refuse(pointer, "is no URL");

  endpoint_url out;
  const auto scheme = parsed->scheme_id();
  out.websocket = wanted == endpoint_scheme::websocket;
  out.secure = scheme == (out.websocket ? urls::scheme::wss : urls::scheme::https);
  if (!out.secure && scheme != (out.websocket ? urls::scheme::ws : urls::scheme::http)) {
    return refuse(pointer, out.websocket ? "must begin with ws:// or wss://" : "must begin with http:// or https://");
  }
  if (parsed->has_userinfo()) {
    return refuse(pointer, "must not hold a user or password: give an Authorization header in the options");
  }
  if (parsed->has_fragment()) return refuse(pointer, "must not have a fragment: it would never be sent");

  const auto kind = parsed->host_type();
  out.host = to_lower(parsed->host_address());
  const bool is_v6 = kind == urls::host_type::ipv6;
  if (!is_v6 && !(kind != urls::host_type::ipvfuture && is_host_name(out.host))) {
    return refuse(pointer, "names no host; a name with other letters than a to z is written in its \"xn--\" form");
  }

  const std::uint16_t usual = out.secure ? 443 : 80;
  out.port = usual;
  if (parsed->has_port() && !parsed->port().empty()) {
    const auto given = parsed->port();
    const auto port = read_port({given.data(), given.size()});
    if (!port) return refuse(pointer, "has no valid port");
    out.port = *port;
  }
  const auto host_text = is_v6 ? "[" + out.host + "]" : out.host;
  out.authority = out.port == usual ? host_text : host_text + ":" + std::to_string(out.port);
  out.origin = std::string{scheme_of(out)} + host_text + ":" + std::to_string(out.port);
  const auto target = parsed->encoded_target();
  out.target.assign(target.data(), target.size());
  if (!out.target.starts_with('/')) out.target.insert(out.target.begin(), '/');
  return out;
}

}  // namespace eventmgr::delivery
