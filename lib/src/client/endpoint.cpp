#include "client/endpoint.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>
#include <cstdint>
#include <system_error>

namespace eventmgr::client {
namespace {

failure refuse(std::string_view url, std::string_view why) {
  return failure{errc::invalid_request, "\"" + std::string{url} + "\" " + std::string{why}};
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
  return code == std::errc{} && end == text.data() + text.size() && port != 0;
}

result<boost::urls::url_view> parse(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(boost::core::string_view{url.data(), url.size()});
  if (!parsed) return refuse(url, "is no URL; it should look like http://127.0.0.1:3004");
  const auto scheme = parsed->scheme_id();
  if (scheme != boost::urls::scheme::http && scheme != boost::urls::scheme::https) {
    return refuse(url, "must begin with http:// or https://");
  }
  if (parsed->has_userinfo()) return refuse(url, "must not hold a user or password");
  if (parsed->has_fragment()) return refuse(url, "must not have a fragment");
  if (parsed->encoded_host().empty()) return refuse(url, "names no host");
  if (parsed->has_port() && !is_port(parsed->port())) return refuse(url, "has no valid port");
  return *parsed;
}

endpoint endpoint_of(const boost::urls::url_view& url) {
  endpoint result;
  result.secure = url.scheme_id() == boost::urls::scheme::https;
  result.host = url.host_address();
  result.port = url.has_port() ? std::string{url.port()} : (result.secure ? "443" : "80");
  result.authority = std::string{url.encoded_host_and_port()};
  return result;
}

}  // namespace

result<endpoint> parse_endpoint(std::string_view url) {
  const auto parsed = parse(url);
  if (!parsed) return parsed.error();
  if (parsed->has_query()) return refuse(url, "must not have a query");
  auto result = endpoint_of(*parsed);
  result.base_path = std::string{parsed->encoded_path()};
  while (result.base_path.ends_with('/')) result.base_path.pop_back();
  return result;
}

result<receiver> parse_receiver(std::string_view url) {
  const auto parsed = parse(url);
  if (!parsed) return parsed.error();
  receiver result{endpoint_of(*parsed), std::string{parsed->encoded_target()}};
  if (!result.target.starts_with('/')) result.target.insert(0, "/");
  return result;
}

void append_percent_encoded(std::string& out, std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                            (byte >= 'A' && byte <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    }
  }
}

}  // namespace eventmgr::client
