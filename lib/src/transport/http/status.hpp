#pragma once

#include "transport/http/api.hpp"

namespace eventmgr::transport {

/// GET /health: 503 only when unhealthy.
void get_health(api& calls, call& item);

/// GET /health/live: the process answers.
void get_liveness(api& calls, call& item);

/// GET /health/ready: events can be accepted, and the daemon is not on its way out.
void get_readiness(api& calls, call& item);

/// GET /metrics: JSON, or Prometheus text for `Accept: text/plain`.
void get_metrics(api& calls, call& item);

/// GET /metrics of the metrics listener: Prometheus text.
void get_prometheus_metrics(api& calls, call& item);

/// GET /openapi.json
void get_openapi(api& calls, call& item);

}  // namespace eventmgr::transport
