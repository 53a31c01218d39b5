#include "transport/http/status_json.hpp"

#include "codec/json_writer.hpp"

#include <string_view>

namespace eventmgr::transport {

namespace {

/// Writes the members of a JSON object one by one.
class object_writer {
 public:
  explicit object_writer(std::string& out) : out_{out} { out_ += '{'; }
  ~object_writer() { out_ += '}'; }

  object_writer(const object_writer&) = delete;
  object_writer& operator=(const object_writer&) = delete;

  /// Writes a name; the value is the caller's to append.
  std::string& name(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    codec::append_json_string(out_, name);
    out_ += ':';
    return out_;
  }

  void text(std::string_view key, std::string_view value) { codec::append_json_string(name(key), value); }
  template <class Number>
  void number(std::string_view key, Number value) {
    codec::append_json_number(name(key), value);
  }

 private:
  std::string& out_;
  bool first_{true};
};

void write_latency(object_writer& parent, std::string_view name, const latency_summary& latency) {
  object_writer members{parent.name(name)};
  members.number("count", latency.count);
  members.number("sum", latency.sum);
  members.number("p50", latency.p50);
  members.number("p95", latency.p95);
  members.number("p99", latency.p99);
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
  {
    object_writer body{out};
    body.text("status", to_string(report.state));
    body.text("timestamp", format_rfc3339(report.at));
    body.text("version", report.version);
    {
      object_writer dependencies{body.name("dependencies")};
      for (const dependency_health& one : report.dependencies) {
        object_writer members{dependencies.name(one.name)};
        members.text("status", to_string(one.state));
        if (!one.detail.empty()) members.text("detail", one.detail);
      }
    }
    object_writer metrics{body.name("metrics")};
    metrics.number("eventsPerSecond", report.events_per_second);
    metrics.number("activeSubscriptions", report.active_subscriptions);
    metrics.number("queueDepth", report.queue_depth);
    metrics.number("memoryUsageMb", report.memory_usage_mb);
  }
  return out;
}

std::string metrics_json(const metrics_report& report) {
  std::string out;
  {
    object_writer body{out};
    body.number("eventsPublished", report.events_published);
    body.number("eventsDuplicate", report.events_duplicate);
    body.number("eventsRejected", report.events_rejected);
    body.number("eventsProcessed", report.events_processed);
    body.number("eventsRetried", report.events_retried);
    body.number("eventsFailed", report.events_failed);
    body.number("deadLetterCount", report.dead_letter_count);
    body.number("publishRequestsRefused", report.publish_requests_refused);
    body.number("commits", report.commits);
    body.number("commitFailures", report.commit_failures);
    write_latency(body, "publishLatency", report.publish_latency);
    write_latency(body, "handlerLatency", report.handler_latency);
    write_latency(body, "endToEndLatency", report.end_to_end_latency);
    body.number("queueDepth", report.queue_depth);
    body.number("activeSubscriptions", report.active_subscriptions);
    body.number("memoryUsage", report.memory_usage);
    body.number("cpuUsage", report.cpu_usage);
    body.number("connectionPool", report.connections);
  }
  return out;
}

}  // namespace eventmgr::transport
