#include "telemetry/prometheus_text.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::telemetry {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily family(std::string_view name, std::string_view help, MetricType type, ClientMetric value) {
  return {
      .name = "eventmgr_" + std::string{name}, .help = std::string{help}, .type = type, .metric = {std::move(value)}};
}

MetricFamily counter(std::string_view name, std::string_view help, double value) {
  ClientMetric metric;
  metric.counter.value = value;
  return family(name, help, MetricType::Counter, std::move(metric));
}

MetricFamily counter(std::string_view name, std::string_view help, std::uint64_t value) {
  return counter(name, help, static_cast<double>(value));
}

MetricFamily gauge(std::string_view name, std::string_view help, double value) {
  ClientMetric metric;
  metric.gauge.value = value;
  return family(name, help, MetricType::Gauge, std::move(metric));
}

MetricFamily gauge(std::string_view name, std::string_view help, std::uint64_t value) {
  return gauge(name, help, static_cast<double>(value));
}

MetricFamily histogram(std::string_view name, std::string_view help, const latency_summary& latency) {
  ClientMetric metric;
  metric.histogram.sample_count = latency.count;
  metric.histogram.sample_sum = latency.sum;
  for (std::size_t i = 0; i < latency_summary::bound_count; ++i) {
    metric.histogram.bucket.push_back(
        {.cumulative_count = latency.cumulative[i], .upper_bound = latency_summary::bound(i)});
  }
  return family(name, help, MetricType::Histogram, std::move(metric));
}

/// 1 for all that works, for alerts on `min(eventmgr_dependency_up) == 0`.
MetricFamily dependencies(const health_report& health) {
  MetricFamily all{.name = "eventmgr_dependency_up",
                   .help = "Whether a dependency is healthy",
                   .type = MetricType::Gauge,
                   .metric = {}};
  for (const dependency_health& one : health.dependencies) {
    ClientMetric metric;
    metric.label.push_back({.name = "dependency", .value = one.name});
    metric.gauge.value = one.state == health_state::healthy ? 1 : 0;
    all.metric.push_back(std::move(metric));
  }
  return all;
}

MetricFamily build_info(const health_report& health) {
  ClientMetric metric;
  metric.label.push_back({.name = "version", .value = health.version});
  metric.gauge.value = 1;
  return family("build_info", "The release that is running", MetricType::Gauge, std::move(metric));
}

}  // namespace

std::string prometheus_text(const metrics_report& metrics, const health_report& health) {
  const bool up = health.state != health_state::unhealthy;
  std::vector<MetricFamily> families{
      build_info(health),
      gauge("up", "Whether events are accepted", up ? 1.0 : 0.0),
      counter("events_published_total", "Events stored, duplicates not counted", metrics.events_published),
      counter("events_duplicate_total", "Events answered from an earlier publish", metrics.events_duplicate),
      counter("events_rejected_total", "Events refused as invalid", metrics.events_rejected),
      counter("events_processed_total", "Events handed to a subscriber", metrics.events_processed),
      counter("events_retried_total", "Delivery attempts after the first", metrics.events_retried),
      counter("events_failed_total", "Delivery attempts that failed", metrics.events_failed),
      counter("dead_letters_total", "Events that a subscription gave up", metrics.dead_letter_count),
      counter("publish_requests_refused_total", "Publishes refused for a full queue or a lost store",
              metrics.publish_requests_refused),
      counter("commits_total", "Commits of the store", metrics.commits),
      counter("commit_failures_total", "Commits that failed", metrics.commit_failures),
      histogram("publish_latency_seconds", "From acceptance to durable", metrics.publish_latency),
      histogram("handler_latency_seconds", "Time spent in callbacks", metrics.handler_latency),
      histogram("end_to_end_latency_seconds", "From acceptance to hand-over to the subscriber's channel",
                metrics.end_to_end_latency),
      gauge("queue_depth", "Events accepted but not yet committed", metrics.queue_depth),
      gauge("active_subscriptions", "Subscriptions that are open", metrics.active_subscriptions),
      gauge("connections", "Open client connections", metrics.connections),
      gauge("memory_bytes", "Resident set of the process", metrics.memory_usage),
      counter("cpu_seconds_total", "CPU time, user and system", metrics.cpu_usage),
  };
  if (!health.dependencies.empty()) families.push_back(dependencies(health));
  return prometheus::TextSerializer{}.Serialize(families);
}

}  // namespace eventmgr::telemetry
