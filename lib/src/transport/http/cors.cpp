#include "transport/http/cors.hpp"

#include <algorithm>

namespace eventmgr::transport {

bool cors_policy::allows(std::string_view origin) const {
  return std::ranges::any_of(allowed_, [&](const std::string& one) { return one == "*" || one == origin; });
}

void cors_policy::add_fields(const http_request& request, header_fields& answer) const {
  if (allowed_.empty()) return;
  // Also without an origin: a cache must not give this answer to one.
  answer.add("Vary", "Origin");
  const auto origin = request.headers.find("Origin");
  if (!origin || !allows(*origin)) return;
  answer.add("Access-Control-Allow-Origin", *origin);
  answer.add("Access-Control-Expose-Headers", "Location, Preference-Applied, Retry-After");
}

void cors_policy::add_preflight_fields(const http_request& request, std::string_view methods,
                                       header_fields& answer) const {
  const auto origin = request.headers.find("Origin");
  if (!origin || !allows(*origin) || !request.headers.find("Access-Control-Request-Method")) return;
  answer.add("Access-Control-Allow-Methods", methods);
  if (const auto wanted = request.headers.find("Access-Control-Request-Headers")) {
    answer.add("Access-Control-Allow-Headers", *wanted);
  }
  answer.add("Access-Control-Max-Age", "600");
}

bool cors_policy::admits(const http_request& request) const {
  const auto origin = request.headers.find("Origin");
  if (!origin || allows(*origin)) return true;
  const auto host = request.headers.find("Host");
  const std::size_t scheme_end = origin->find("://");
  if (!host || scheme_end == std::string_view::npos) return false;
  return header_fields::equal_ignoring_case(origin->substr(scheme_end + 3), *host);
}

}  // namespace eventmgr::transport
