#pragma once

#include <eventmgr/health.hpp>

#include <string>

namespace eventmgr::telemetry {

/// The figures in Prometheus' text format (version 0.0.4), each name with the prefix `eventmgr_`. Latencies are
/// histograms in seconds. Thread-safe.
std::string prometheus_text(const metrics_report& metrics, const health_report& health);

}  // namespace eventmgr::telemetry
