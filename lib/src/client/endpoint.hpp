#pragma once

#include <eventmgr/error.hpp>

#include <string>
#include <string_view>

namespace eventmgr::client {

/// Where a daemon is.
struct endpoint {
  bool secure{false};
  std::string host{};       ///< a name or an address, IPv6 without brackets
  std::string port{};       ///< digits
  std::string authority{};  ///< as a Host header has it
  std::string base_path{};  ///< empty, or "/prefix" without a slash at the end

  friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// Reads an http or https URL; without a port it is 80 or 443. A query, a fragment or a user is `invalid_request`.
result<endpoint> parse_endpoint(std::string_view url);

/// What a webhook posts to.
struct receiver {
  endpoint at{};         ///< without a base path
  std::string target{};  ///< path and query, as a request line has them
};

/// As `parse_endpoint`, of a URL that may have a query.
result<receiver> parse_receiver(std::string_view url);

/// Appends bytes percent-encoded, all but the unreserved characters of RFC 3986.
void append_percent_encoded(std::string& out, std::string_view text);

}  // namespace eventmgr::client
