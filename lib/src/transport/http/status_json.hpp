#pragma once

#include <eventmgr/health.hpp>

#include <string>

namespace eventmgr::transport {

/// As "healthy". Static storage.
std::string_view to_string(health_state state) noexcept;

/// The body of GET /health.
std::string health_json(const health_report& report);

/// The body of GET /metrics: the specification's names and ours, latencies in seconds.
std::string metrics_json(const metrics_report& report);

}  // namespace eventmgr::transport
