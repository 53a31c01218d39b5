#include "transport/http/routes.hpp"

#include "transport/http/dead_letters.hpp"
#include "transport/http/explanations.hpp"
#include "transport/http/history.hpp"
#include "transport/http/publish.hpp"
#include "transport/http/pull.hpp"
#include "transport/http/replays.hpp"
#include "transport/http/requeues.hpp"
#include "transport/http/status.hpp"
#include "transport/http/streams.hpp"
#include "transport/http/subscription_control.hpp"
#include "transport/http/subscriptions.hpp"
#include "transport/http/topics.hpp"
#include "transport/http/verification.hpp"

#include <string_view>

namespace eventmgr::transport {

namespace {

std::vector<std::string_view> history_parameters() {
  return {"topic",  "type", "source",   "since", "until",  "correlationId", "projectId",
          "userId", "tag",  "priority", "limit", "cursor", "offset",        "order"};
}

std::vector<std::string_view> topic_history_parameters() {
  auto names = history_parameters();
  names.erase(names.begin());
  return names;
}

std::vector<std::string_view> websocket_parameters() { return {"topic", "since", "filter", "durable", "options"}; }

std::vector<std::string_view> explain_parameters() { return {"subscription", "limit", "cursor"}; }

std::vector<std::string_view> dead_letter_filters() {
  return {"subscription", "topic", "type", "reason", "fingerprint", "since", "until", "state"};
}

std::vector<std::string_view> dead_letter_parameters() {
  auto names = dead_letter_filters();
  names.insert(names.end(), {"limit", "cursor", "order"});
  return names;
}

/// For monitors, which may add a parameter of their own to get past a cache.
route status_call(std::string_view path, std::string_view operation_id, void (*handle)(api&, call&)) {
  return {.method = "GET",
          .path = path,
          .operation_id = operation_id,
          .parameters = {},
          .handle = handle,
          .ignores_query = true};
}

}  // namespace

std::vector<route> api_routes() {
  return {
      {"POST", "/events", "publishEvent", {}, publish_event},
      {"POST", "/events/batch", "publishBatch", {"atomic"}, publish_batch},
      {"GET", "/events", "listEvents", history_parameters(), list_events},
      {"GET", "/events/query", "queryEvents", history_parameters(), list_events},
      {"GET", "/events/stream", "streamEvents", {"topic", "since", "filter"}, stream_events},
      {"GET", "/events/{id}", "getEvent", {}, get_event},
      {"GET", "/events/{id}/explain", "explainEvent", explain_parameters(), explain_event},
      {"POST", "/events/explain", "explainUnpublishedEvent", explain_parameters(), explain_unpublished},
      {"GET", "/events/{id}/deliveries", "listEventDeliveries", {"limit", "cursor"}, list_event_deliveries},
      {"GET", "/events/{id}/trace", "traceEvent", {}, trace_event},
      {"GET", "/topics", "listTopics", {"limit", "cursor"}, list_topics},
      {"POST", "/topics", "createTopic", {}, create_topic},
      {"GET", "/topics/{topic}", "getTopic", {}, get_topic},
      {"PUT", "/topics/{topic}", "putTopic", {}, put_topic},
      {"DELETE", "/topics/{topic}", "deleteTopic", {}, delete_topic},
      {"GET", "/topics/{topic}/events", "listTopicEvents", topic_history_parameters(), list_topic_events},
      {"GET", "/subscriptions", "listSubscriptions", {"limit", "cursor"}, list_subscriptions},
      {"POST", "/subscriptions", "createSubscription", {}, create_subscription},
      {"POST", "/subscriptions/backtest", "backtestSubscription", {}, backtest_subscription},
      {"GET", "/subscriptions/{subscription}", "getSubscription", {}, get_subscription},
      {"PATCH", "/subscriptions/{subscription}", "patchSubscription", {}, patch_subscription},
      {"DELETE", "/subscriptions/{subscription}", "deleteSubscription", {}, delete_subscription},
      {"POST", "/subscriptions/{subscription}/pause", "pauseSubscription", {}, pause_subscription},
      {"POST", "/subscriptions/{subscription}/resume", "resumeSubscription", {}, resume_subscription},
      {"POST", "/subscriptions/{subscription}/seek", "seekSubscription", {}, seek_subscription},
      {"POST", "/subscriptions/{subscription}/test", "testSubscription", {}, test_subscription},
      {"GET", "/subscriptions/{subscription}/stats", "getSubscriptionStats", {}, get_subscription_stats},
      {"GET",
       "/subscriptions/{subscription}/attempts",
       "listSubscriptionAttempts",
       {"event", "limit", "cursor"},
       list_subscription_attempts},
      {"POST", "/subscriptions/{subscription}/pull", "pullEvents", {}, pull_events},
      {"POST", "/subscriptions/{subscription}/ack", "acknowledgeEvents", {}, acknowledge_events},
      {"GET", "/dead-letters", "listDeadLetters", dead_letter_parameters(), list_dead_letters},
      {"GET", "/dead-letters/summary", "summariseDeadLetters", dead_letter_filters(), summarise_dead_letters},
      {"POST", "/dead-letters/requeue", "requeueDeadLetters", {}, requeue_dead_letters},
      {"POST", "/dead-letters/purge", "purgeDeadLetters", {}, purge_dead_letters},
      {"GET", "/dead-letters/requeues", "listRequeues", {"limit", "cursor"}, list_requeues},
      {"GET", "/dead-letters/requeues/{id}", "getRequeue", {}, get_requeue},
      {"DELETE", "/dead-letters/requeues/{id}", "cancelRequeue", {}, cancel_requeue},
      {"POST", "/dead-letters/requeues/{id}/resume", "resumeRequeue", {}, resume_requeue},
      {"GET", "/dead-letters/{id}", "getDeadLetter", {}, get_dead_letter},
      {"DELETE", "/dead-letters/{id}", "discardDeadLetter", {}, discard_dead_letter},
      {"POST", "/dead-letters/{id}/requeue", "requeueDeadLetter", {}, requeue_dead_letter},
      {"GET", "/replay", "listReplays", {"limit", "cursor"}, list_replays},
      {"POST", "/replay", "startReplay", {}, start_replay},
      {"GET", "/replay/{id}", "getReplay", {}, get_replay},
      {"DELETE", "/replay/{id}", "cancelReplay", {}, cancel_replay},
      {"POST", "/verify", "verifyLedger", {}, verify_ledger},
      {"GET", "/verify", "getVerification", {}, get_verification},
      {"GET", "/ws", "openWebSocket", websocket_parameters(), open_websocket},
      {"GET", "/ws/subscribe", "openSubscribeWebSocket", websocket_parameters(), open_websocket},
      {"GET", "/aas/realtime", "openAasWebSocket", websocket_parameters(), open_websocket},
      status_call("/health", "getHealth", get_health),
      status_call("/health/live", "getLiveness", get_liveness),
      status_call("/health/ready", "getReadiness", get_readiness),
      status_call("/metrics", "getMetrics", get_metrics),
      status_call("/openapi.json", "getOpenApi", get_openapi),
  };
}

std::vector<route> metrics_routes() { return {status_call("/metrics", "getMetrics", get_prometheus_metrics)}; }

}  // namespace eventmgr::transport
