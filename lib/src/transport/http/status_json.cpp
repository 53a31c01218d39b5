#include "transport/http/status_json.hpp"

#include "codec/object_writer.hpp"

#include <string_view>
#include <vector>

namespace eventmgr::transport {

namespace {

using codec::object_writer;

void write_latency(object_writer& parent, std::string_view name, const latency_summary& latency) {
  object_writer members{parent.key(name)};
  members.number("count", latency.count);
  members.number("sum", latency.sum);
  members.number("p50", latency.p50);
  members.number("p95", latency.p95);
  members.number("p99", latency.p99);
  members.end();
}

void write_subscriptions(object_writer& parent, const subscription_counts& counts) {
  object_writer members{parent.key("subscriptions")};
  members.number(to_string(subscription_status::active), counts.active);
  members.number(to_string(subscription_status::paused), counts.paused);
  members.number(to_string(subscription_status::error), counts.error);
  members.end();
}

void write_breakers(object_writer& parent, const std::vector<breaker_report>& all) {
  object_writer members{parent.key("breakers")};
  for (const breaker_report& one : all) members.text(one.origin, to_string(one.state));
  members.end();
}

}  // namespace

std::string_view to_string(health_state state) noexcept {
  switch (state) {
    case health_state::healthy:
      return "healthy";
    case health_state::degraded:
      return "degraded";
    case health_state::unhealthy:
      return "unhealthy";
  }
  return "unhealthy";
}

std::string health_json(const health_report& report) {
  std::string out;
  object_writer body{out};
  body.text("status", to_string(report.state));
  body.time("timestamp", report.at);
  body.text("version", report.version);

  object_writer dependencies{body.key("dependencies")};
  for (const dependency_health& one : report.dependencies) {
    object_writer members{dependencies.key(one.name)};
    members.text("status", to_string(one.state));
    if (!one.detail.empty()) members.text("detail", one.detail);
    members.end();
  }
  dependencies.end();

  object_writer metrics{body.key("metrics")};
  metrics.number("eventsPerSecond", report.events_per_second);
  metrics.number("activeSubscriptions", report.active_subscriptions);
  metrics.number("queueDepth", report.queue_depth);
  metrics.number("memoryUsageMb", report.memory_usage_mb);
  metrics.end();
  body.end();
  return out;
}

std::string metrics_json(const metrics_report& report) {
  std::string out;
  object_writer body{out};
  body.number("eventsPublished", report.events_published);
  body.number("eventsDuplicate", report.events_duplicate);
  body.number("eventsRejected", report.events_rejected);
  body.number("eventsExpired", report.events_expired);
  body.number("eventsProcessed", report.events_processed);
  body.number("eventsRetried", report.events_retried);
  body.number("eventsFailed", report.events_failed);
  body.number("deadLetterCount", report.dead_letter_count);
  body.number("deliveriesAttempted", report.deliveries_attempted);
  body.number("deliveriesSucceeded", report.deliveries_succeeded);
  body.number("deliveriesFailed", report.deliveries_failed);
  body.number("publishRequestsRefused", report.publish_requests_refused);
  body.number("commits", report.commits);
  body.number("commitFailures", report.commit_failures);
  write_latency(body, "publishLatency", report.publish_latency);
  write_latency(body, "handlerLatency", report.handler_latency);
  write_latency(body, "endToEndLatency", report.end_to_end_latency);
  write_latency(body, "deliveryLatency", report.delivery_latency);
  body.number("queueDepth", report.queue_depth);
  body.number("activeSubscriptions", report.active_subscriptions);
  write_subscriptions(body, report.durable_subscriptions);
  write_breakers(body, report.breakers);
  body.number("exceptions", report.exceptions);
  body.number("scheduledEvents", report.scheduled_events);
  body.number("memoryUsage", report.memory_usage);
  body.number("cpuUsage", report.cpu_usage);
  body.number("connectionPool", report.connections);
  body.end();
  return out;
}

}  // namespace eventmgr::transport
