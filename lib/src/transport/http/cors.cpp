#include "transport/http/cors.hpp"

#include "transport/common/origin.hpp"

namespace eventmgr::transport {

void cors_policy::add_fields(const http_request& request, header_fields& answer) const {
  if (allowed_.empty()) return;
  // Also without an origin: a cache must not give this answer to one.
  answer.add("Vary", "Origin");
  const auto origin = request.headers.find("Origin");
  if (!origin || !lists_origin(allowed_, *origin)) return;
  answer.add("Access-Control-Allow-Origin", *origin);
  answer.add("Access-Control-Expose-Headers", "Location, Preference-Applied, Retry-After");
}

void cors_policy::add_preflight_fields(const http_request& request, std::string_view methods,
                                       header_fields& answer) const {
  const auto origin = request.headers.find("Origin");
  if (!origin || !lists_origin(allowed_, *origin) || !request.headers.find("Access-Control-Request-Method")) return;
  answer.add("Access-Control-Allow-Methods", methods);
  if (const auto wanted = request.headers.find("Access-Control-Request-Headers")) {
    answer.add("Access-Control-Allow-Headers", *wanted);
  }
  answer.add("Access-Control-Max-Age", "600");
}

}  // namespace eventmgr::transport
