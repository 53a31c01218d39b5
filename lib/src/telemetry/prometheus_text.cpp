#include "telemetry/prometheus_text.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::telemetry {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

/// A figure of the report that is one number.
struct plain_figure {
  std::string_view name;
  std::string_view help;
  std::uint64_t metrics_report::*value;
};

struct latency_figure {
  std::string_view name;
  std::string_view help;
  latency_summary metrics_report::*value;
};

constexpr std::array counters{
    plain_figure{"events_published_total", "Events stored, duplicates not counted", &metrics_report::events_published},
    plain_figure{"events_duplicate_total", "Events answered from an earlier publish",
                 &metrics_report::events_duplicate},
    plain_figure{"events_rejected_total", "Events refused as invalid", &metrics_report::events_rejected},
    plain_figure{"events_expired_total", "Events stored that had expired when they were published",
                 &metrics_report::events_expired},
    plain_figure{"events_processed_total", "Events handed to a subscriber", &metrics_report::events_processed},
    plain_figure{"events_retried_total", "Delivery attempts after the first", &metrics_report::events_retried},
    plain_figure{"events_failed_total", "Failed delivery attempts, and callbacks that said no",
                 &metrics_report::events_failed},
    plain_figure{"dead_letters_total", "Events that a durable subscription gave up",
                 &metrics_report::dead_letter_count},
    plain_figure{"deliveries_attempted_total", "Delivery attempts of durable subscriptions that began",
                 &metrics_report::deliveries_attempted},
    plain_figure{"deliveries_succeeded_total", "Delivery attempts that succeeded",
                 &metrics_report::deliveries_succeeded},
    plain_figure{"deliveries_failed_total", "Delivery attempts that failed", &metrics_report::deliveries_failed},
    plain_figure{"publish_requests_refused_total", "Publishes refused for a full queue or a lost store",
                 &metrics_report::publish_requests_refused},
    plain_figure{"commits_total", "Commits of the store", &metrics_report::commits},
    plain_figure{"commit_failures_total", "Commits that failed", &metrics_report::commit_failures},
};

constexpr std::array gauges{
    plain_figure{"queue_depth", "Events accepted but not yet committed", &metrics_report::queue_depth},
    plain_figure{"active_subscriptions", "Ephemeral subscriptions, and durable ones that are active",
                 &metrics_report::active_subscriptions},
    plain_figure{"exceptions", "Events that wait for a retry, or behind one that does", &metrics_report::exceptions},
    plain_figure{"scheduled_events", "Events that are to be published later", &metrics_report::scheduled_events},
    plain_figure{"connections", "Open client connections", &metrics_report::connections},
    plain_figure{"memory_bytes", "Resident set of the process", &metrics_report::memory_usage},
};

constexpr std::array latencies{
    latency_figure{"publish_latency_seconds", "From acceptance to durable", &metrics_report::publish_latency},
    latency_figure{"handler_latency_seconds", "Time spent in callbacks", &metrics_report::handler_latency},
    latency_figure{"end_to_end_latency_seconds", "From acceptance to hand-over to the subscriber's channel",
                   &metrics_report::end_to_end_latency},
    latency_figure{"delivery_latency_seconds", "From the start of a delivery attempt to its outcome",
                   &metrics_report::delivery_latency},
};

MetricFamily family(std::string_view name, std::string_view help, MetricType type) {
  return {.name = "eventmgr_" + std::string{name}, .help = std::string{help}, .type = type, .metric = {}};
}

MetricFamily counter(std::string_view name, std::string_view help, double value) {
  MetricFamily made = family(name, help, MetricType::Counter);
  made.metric.emplace_back().counter.value = value;
  return made;
}

using labels = std::vector<ClientMetric::Label>;

void add_gauge(MetricFamily& to, labels of, double value) {
  ClientMetric& metric = to.metric.emplace_back();
  metric.label = std::move(of);
  metric.gauge.value = value;
}

MetricFamily gauge(std::string_view name, std::string_view help, double value, labels of = {}) {
  MetricFamily made = family(name, help, MetricType::Gauge);
  add_gauge(made, std::move(of), value);
  return made;
}

MetricFamily histogram(std::string_view name, std::string_view help, const latency_summary& latency) {
  MetricFamily made = family(name, help, MetricType::Histogram);
  auto& value = made.metric.emplace_back().histogram;
  value.sample_count = latency.count;
  value.sample_sum = latency.sum;
  for (std::size_t i = 0; i < latency_summary::bound_count; ++i) {
    value.bucket.push_back({.cumulative_count = latency.cumulative[i], .upper_bound = latency_summary::bound(i)});
  }
  return made;
}

MetricFamily subscriptions(const subscription_counts& counts) {
  MetricFamily made = family("subscriptions", "Durable subscriptions by status", MetricType::Gauge);
  const auto add = [&](subscription_status status, std::uint64_t count) {
    add_gauge(made, {{.name = "status", .value = std::string{to_string(status)}}}, static_cast<double>(count));
  };
  add(subscription_status::active, counts.active);
  add(subscription_status::paused, counts.paused);
  add(subscription_status::error, counts.error);
  return made;
}

/// A series for each state of each breaker, 1 for the one that it is in.
MetricFamily breakers(const std::vector<breaker_report>& all) {
  MetricFamily made =
      family("circuit_breaker_state", "Whether the circuit breaker of an endpoint is in a state", MetricType::Gauge);
  for (const breaker_report& one : all) {
    for (const breaker_state state : {breaker_state::closed, breaker_state::half_open, breaker_state::open}) {
      add_gauge(made,
                {{.name = "origin", .value = one.origin}, {.name = "state", .value = std::string{to_string(state)}}},
                one.state == state ? 1 : 0);
    }
  }
  return made;
}

/// 1 for all that works, for alerts on `min(eventmgr_dependency_up) == 0`.
MetricFamily dependencies(const std::vector<dependency_health>& all) {
  MetricFamily made = family("dependency_up", "Whether a dependency is healthy", MetricType::Gauge);
  for (const dependency_health& one : all) {
    add_gauge(made, {{.name = "dependency", .value = one.name}}, one.state == health_state::healthy ? 1 : 0);
  }
  return made;
}

}  // namespace

std::string prometheus_text(const metrics_report& metrics, const health_report& health) {
  std::vector<MetricFamily> all;
  all.push_back(gauge("build_info", "The release that is running", 1, {{.name = "version", .value = health.version}}));
  all.push_back(gauge("up", "Whether events are accepted", health.state == health_state::unhealthy ? 0 : 1));
  for (const plain_figure& one : counters) {
    all.push_back(counter(one.name, one.help, static_cast<double>(metrics.*one.value)));
  }
  all.push_back(counter("cpu_seconds_total", "CPU time, user and system", metrics.cpu_usage));
  for (const plain_figure& one : gauges) {
    all.push_back(gauge(one.name, one.help, static_cast<double>(metrics.*one.value)));
  }
  for (const latency_figure& one : latencies) all.push_back(histogram(one.name, one.help, metrics.*one.value));
  all.push_back(subscriptions(metrics.durable_subscriptions));
  if (!metrics.breakers.empty()) all.push_back(breakers(metrics.breakers));
  if (!health.dependencies.empty()) all.push_back(dependencies(health.dependencies));
  return prometheus::TextSerializer{}.Serialize(all);
}

}  // namespace eventmgr::telemetry
