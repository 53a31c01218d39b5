#include "transport/common/origin.hpp"

#include <algorithm>
#include <cstddef>

namespace eventmgr::transport {

bool lists_origin(const std::vector<std::string>& allowed, std::string_view origin) {
  return std::ranges::any_of(allowed, [&](const std::string& one) { return one == "*" || one == origin; });
}

bool admits_origin(const header_fields& fields, const std::vector<std::string>& allowed) {
  const auto origin = fields.find("Origin");
  if (!origin || lists_origin(allowed, *origin)) return true;
  const auto host = fields.find("Host");
  const std::size_t scheme_end = origin->find("://");
  if (!host || scheme_end == std::string_view::npos) return false;
  return header_fields::equal_ignoring_case(origin->substr(scheme_end + 3), *host);
}

}  // namespace eventmgr::transport
