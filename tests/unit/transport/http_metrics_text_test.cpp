#include "core/latency_histogram.hpp"
#include "telemetry/prometheus_text.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>

using namespace eventmgr;
using namespace std::chrono_literals;

TEST_CASE("the figures are given in Prometheus' text format") {
  latency_histogram latency;
  latency.record(100us);
  latency.record(3ms, 2);
  latency.record(10min);
  metrics_report metrics{.events_published = 12345678, .events_expired = 6, .cpu_usage = 1.5};
  metrics.publish_latency = latency.summary();
  metrics.deliveries_failed = 3;
  metrics.durable_subscriptions = {.active = 4, .paused = 1};
  metrics.breakers = {{.origin = "https://a:443", .state = breaker_state::open}};
  metrics.scheduled_events = 2;
  health_report health{.state = health_state::degraded, .version = "1.2.3"};
  health.dependencies = {{.name = "store", .state = health_state::healthy},
                         {.name = "redis", .state = health_state::degraded}};

  const std::string text = telemetry::prometheus_text(metrics, health);

  for (const char* expected : {"# TYPE eventmgr_events_published_total counter\n",
                               "eventmgr_events_published_total 12345678\n",
                               "# TYPE eventmgr_events_expired_total counter\n",
                               "eventmgr_events_expired_total 6\n",
                               "eventmgr_cpu_seconds_total 1.5\n",
                               "eventmgr_build_info{version=\"1.2.3\"} 1\n",
                               "eventmgr_up 1\n",
                               "eventmgr_dependency_up{dependency=\"store\"} 1\n",
                               "eventmgr_dependency_up{dependency=\"redis\"} 0\n",
                               "# TYPE eventmgr_deliveries_failed_total counter\n",
                               "eventmgr_deliveries_failed_total 3\n",
                               "# TYPE eventmgr_subscriptions gauge\n",
                               "eventmgr_subscriptions{status=\"active\"} 4\n",
                               "eventmgr_subscriptions{status=\"paused\"} 1\n",
                               "eventmgr_subscriptions{status=\"error\"} 0\n",
                               "eventmgr_circuit_breaker_state{origin=\"https://a:443\",state=\"open\"} 1\n",
                               "eventmgr_circuit_breaker_state{origin=\"https://a:443\",state=\"closed\"} 0\n",
                               "eventmgr_scheduled_events 2\n",
                               "# TYPE eventmgr_delivery_latency_seconds histogram\n",
                               "# TYPE eventmgr_publish_latency_seconds histogram\n",
                               "eventmgr_publish_latency_seconds_count 4\n",
                               "eventmgr_publish_latency_seconds_bucket{le=\"0.000128\"} 1\n",
                               "eventmgr_publish_latency_seconds_bucket{le=\"0.002048\"} 1\n",
                               "eventmgr_publish_latency_seconds_bucket{le=\"0.004096\"} 3\n",
                               "eventmgr_publish_latency_seconds_bucket{le=\"16.777216\"} 3\n",
                               "eventmgr_publish_latency_seconds_bucket{le=\"+Inf\"} 4\n"}) {
    INFO(expected << "in\n" << text);
    CHECK(text.find(expected) != std::string::npos);
  }
}
