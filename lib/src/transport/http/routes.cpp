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
route with_any_query(route call) {
  call.ignores_query = true;
  return call;
}

/// One whose answer may be a page of a list, or a stream.
route large(route call) {
  call.holds_others = true;
  return call;
}

}  // namespace

std::vector<route> api_routes() {
  return {
      {"POST", "/events", "publishEvent", {}, publish_event},
      {"POST", "/events/batch", "publishBatch", {"atomic"}, publish_batch},
      large({"GET", "/events", "listEvents", history_parameters(), list_events}),
      large({"GET", "/events/query", "queryEvents", history_parameters(), list_events}),
      large({"GET", "/events/stream", "streamEvents", {"topic", "since", "filter"}, stream_events}),
      {"GET", "/events/{id}", "getEvent", {}, get_event},
      large({"GET", "/events/{id}/explain", "explainEvent", explain_parameters(), explain_event}),
      large({"POST", "/events/explain", "explainUnpublishedEvent", explain_parameters(), explain_unpublished}),
      large({"GET", "/events/{id}/deliveries", "listEventDeliveries", {"limit", "cursor"}, list_event_deliveries}),
      large({"GET", "/events/{id}/trace", "traceEvent", {}, trace_event}),
      large({"GET", "/topics", "listTopics", {"limit", "cursor"}, list_topics}),
      {"POST", "/topics", "createTopic", {}, create_topic},
      {"GET", "/topics/{topic}", "getTopic", {}, get_topic},
      {"PUT", "/topics/{topic}", "putTopic", {}, put_topic},
      {"DELETE", "/topics/{topic}", "deleteTopic", {}, delete_topic},
      large({"GET", "/topics/{topic}/events", "listTopicEvents", topic_history_parameters(), list_topic_events}),
      large({"GET", "/subscriptions", "listSubscriptions", {"limit", "cursor"}, list_subscriptions}),
      {"POST", "/subscriptions", "createSubscription", {}, create_subscription},
      large({"POST", "/subscriptions/backtest", "backtestSubscription", {}, backtest_subscription}),
      {"GET", "/subscriptions/{subscription}", "getSubscription", {}, get_subscription},
      {"PATCH", "/subscriptions/{subscription}", "patchSubscription", {}, patch_subscription},
      {"DELETE", "/subscriptions/{subscription}", "deleteSubscription", {}, delete_subscription},
      {"POST", "/subscriptions/{subscription}/pause", "pauseSubscription", {}, pause_subscription},
      {"POST", "/subscriptions/{subscription}/resume", "resumeSubscription", {}, resume_subscription},
      {"POST", "/subscriptions/{subscription}/seek", "seekSubscription", {}, seek_subscription},
      {"POST", "/subscriptions/{subscription}/test", "testSubscription", {}, test_subscription},
      {"GET", "/subscriptions/{subscription}/stats", "getSubscriptionStats", {}, get_subscription_stats},
      large({"GET",
             "/subscriptions/{subscription}/attempts",
             "listSubscriptionAttempts",
             {"event", "limit", "cursor"},
             list_subscription_attempts}),
      {"POST", "/subscriptions/{subscription}/pull", "pullEvents", {}, pull_events},
      {"POST", "/subscriptions/{subscription}/ack", "acknowledgeEvents", {}, acknowledge_events},
      large({"GET", "/dead-letters", "listDeadLetters", dead_letter_parameters(), list_dead_letters}),
      large({"GET", "/dead-letters/summary", "summariseDeadLetters", dead_letter_filters(), summarise_dead_letters}),
      {"POST", "/dead-letters/requeue", "requeueDeadLetters", {}, requeue_dead_letters},
      {"POST", "/dead-letters/purge", "purgeDeadLetters", {}, purge_dead_letters},
      large({"GET", "/dead-letters/requeues", "listRequeues", {"limit", "cursor"}, list_requeues}),
      {"GET", "/dead-letters/requeues/{id}", "getRequeue", {}, get_requeue},
      {"DELETE", "/dead-letters/requeues/{id}", "cancelRequeue", {}, cancel_requeue},
      {"POST", "/dead-letters/requeues/{id}/resume", "resumeRequeue", {}, resume_requeue},
      {"GET", "/dead-letters/{id}", "getDeadLetter", {}, get_dead_letter},
      {"DELETE", "/dead-letters/{id}", "discardDeadLetter", {}, discard_dead_letter},
      {"POST", "/dead-letters/{id}/requeue", "requeueDeadLetter", {}, requeue_dead_letter},
      large({"GET", "/replay", "listReplays", {"limit", "cursor"}, list_replays}),
      {"POST", "/replay", "startReplay", {}, start_replay},
      {"GET", "/replay/{id}", "getReplay", {}, get_replay},
      {"DELETE", "/replay/{id}", "cancelReplay", {}, cancel_replay},
      {"POST", "/verify", "verifyLedger", {}, verify_ledger},
      {"GET", "/verify", "getVerification", {}, get_verification},
      {"GET", "/ws", "openWebSocket", websocket_parameters(), open_websocket},
      {"GET", "/ws/subscribe", "openSubscribeWebSocket", websocket_parameters(), open_websocket},
      {"GET", "/aas/realtime", "openAasWebSocket", websocket_parameters(), open_websocket},
      with_any_query({"GET", "/health", "getHealth", {}, get_health}),
      with_any_query({"GET", "/health/live", "getLiveness", {}, get_liveness}),
      with_any_query({"GET", "/health/ready", "getReadiness", {}, get_readiness}),
      with_any_query({"GET", "/metrics", "getMetrics", {}, get_metrics}),
      with_any_query({"GET", "/openapi.json", "getOpenApi", {}, get_openapi}),
  };
}

std::vector<route> metrics_routes() {
  return {with_any_query({"GET", "/metrics", "getMetrics", {}, get_prometheus_metrics})};
}

}  // namespace eventmgr::transport
