#include "transport/http/status.hpp"

#include "transport/http/media_type.hpp"
#include "transport/http/openapi.hpp"
#include "transport/http/status_json.hpp"

#include <utility>

namespace eventmgr::transport {

namespace {

http_response state_answer(unsigned status, std::string body) {
  http_response answer{.status = status, .body = std::move(body)};
  answer.headers.add("Cache-Control", "no-store");
  return answer;
}

}  // namespace

void get_health(api& calls, call& item) {
  const health_report report = calls.events.health();
  item.exchange->respond(state_answer(report.state == health_state::unhealthy ? 503 : 200, health_json(report)));
}

void get_liveness(api&, call& item) { item.exchange->respond(state_answer(200, R"({"status":"live"})")); }

void get_readiness(api& calls, call& item) {
  const bool ready = !calls.draining && calls.events.health().state != health_state::unhealthy;
  item.exchange->respond(ready ? state_answer(200, R"({"status":"ready"})")
                               : state_answer(503, R"({"status":"not ready"})"));
}

void get_metrics(api& calls, call& item) {
  item.exchange->common_headers().add("Vary", "Accept");
  const auto accept = item.request().headers.find("Accept");
  if (accept && prefers_plain_text(*accept)) return get_prometheus_metrics(calls, item);
  item.exchange->respond(state_answer(200, metrics_json(calls.events.metrics())));
}

void get_prometheus_metrics(api& calls, call& item) {
  http_response answer = state_answer(200, calls.prometheus_text());
  answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
  item.exchange->respond(std::move(answer));
}

void get_openapi(api&, call& item) { item.exchange->respond({.body = std::string{openapi_document()}}); }

}  // namespace eventmgr::transport
