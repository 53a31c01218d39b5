#pragma once

#include "transport/http/router.hpp"

#include <vector>

namespace eventmgr::transport {

/// Every call of the API. Each is also served below `/api/v1`.
std::vector<route> api_routes();

/// The calls of the metrics listener.
std::vector<route> metrics_routes();

}  // namespace eventmgr::transport
